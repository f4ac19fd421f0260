import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import type { JsonObject } from '../stored-payload.ts';
import type { SlackConfig } from './slack-config.ts';
import { slackMessage } from './slack-message.ts';

/** Errors in Slack's answers that pass by themselves (its documentation of chat.postMessage). */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'rollup_error',
]);

/** Posts to an incoming webhook or, with an app's token, to chat.postMessage. */
export function createSlack(config: SlackConfig, templates: TemplateSet, deps: HttpSendDeps): Integration {
  return {
    kind: 'slack',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = slackMessage(config.message, renderer);
      const subject = renderer.text(
        '{{ template "slack.default.title" . }}',
        '{{ template "slack.default.title" . }}',
      );
      const text = renderer.text(
        '{{ template "email.default.text" . }}',
        '{{ template "email.default.text" . }}',
      );
      return { subject, text, payload, problem: renderer.problem };
    },
    async send({ payload }, { memory }, signal) {
      const message = payload as JsonObject;
      const { to } = config;
      const { update_message: updates, post_updates_to_thread: threads } = config.message;
      const url = to.kind === 'app' ? to.url : await openSecret(deps.disk, to.url);
      const token = to.kind === 'app' ? await openSecret(deps.disk, to.token) : null;
      if (!updates && !threads) return describeAnswer(await post(url, token, message, signal));
      const first = placeOf(memory.known);
      if (first === null) {
        const answer = await post(url, token, message, signal);
        const place = placeOf(bodyOf(answer));
        if (place === null) return describeAnswer(answer);
        memory.keep({ ...place });
        // What will be written over stays to be read in the thread.
        if (updates && threads) await post(url, token, inThread(message, place), signal);
        return describeAnswer(answer);
      }
      let answer: HttpAnswer | null = null;
      if (updates) {
        const changed = { ...message, channel: first.channel, ts: first.ts };
        answer = await post(url.replace(POST_METHOD, UPDATE_METHOD), token, changed, signal);
      }
      if (threads) answer = await post(url, token, inThread(message, first), signal);
      return describeAnswer(answer!);
    },
  };

  async function post(
    url: string,
    token: string | null,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const request = {
      url,
      contentType: 'application/json',
      body: JSON.stringify(body),
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      timeoutMs: config.timeoutMs,
      signal,
    };
    const answer = await sendHttp(config.http, request, deps);
    checkAnswer(answer);
    return answer;
  }
}

const POST_METHOD = /chat\.postMessage$/;
const UPDATE_METHOD = 'chat.update';

/** Where Slack has a message, as its answer says. */
interface Place {
  readonly channel: string;
  readonly ts: string;
}

function inThread(message: JsonObject, { channel, ts }: Place): JsonObject {
  return { ...message, channel, thread_ts: ts };
}

function bodyOf(answer: HttpAnswer): unknown {
  return answer.headers['content-type']?.startsWith('application/json') ? JSON.parse(answer.text()) : null;
}

/** Null when it is not said, as by an incoming webhook. */
function placeOf(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null) return null;
  const [channel, ts]: unknown[] = [Reflect.get(value, 'channel'), Reflect.get(value, 'ts')];
  return typeof channel === 'string' && typeof ts === 'string' && channel !== '' && ts !== ''
    ? { channel, ts }
    : null;
}

/** Slack also says no with status 200: a webhook by a text other than "ok", the API by `"ok": false`. */
function checkAnswer(answer: HttpAnswer): void {
  const error = answer.headers['content-type']?.startsWith('application/json')
    ? jsonError(answer.text())
    : answer.text().trim() === 'ok'
      ? null
      : answer.text();
  if (error === null) return;
  throw new SendError(`Slack answered with an error: ${error.slice(0, 500)}`, PASSING.has(error));
}

function jsonError(text: string): string | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new SendError(`Slack's answer cannot be read: ${text.slice(0, 500)}`, true, error);
  }
  if (answer !== null && typeof answer === 'object') {
    if (Reflect.get(answer, 'ok') === true) return null;
    const error: unknown = Reflect.get(answer, 'error');
    if (typeof error === 'string') return error;
  }
  return text;
}
