import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
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
    async send(message, _key, signal) {
      const { to } = config;
      const answer = await sendHttp(
        config.http,
        {
          url: to.kind === 'app' ? to.url : await openSecret(deps.disk, to.url),
          contentType: 'application/json',
          body: JSON.stringify(message.payload),
          headers:
            to.kind === 'app' ? { authorization: `Bearer ${await openSecret(deps.disk, to.token)}` } : {},
          timeoutMs: config.timeoutMs,
          signal,
        },
        deps,
      );
      checkAnswer(answer);
      return describeAnswer(answer);
    },
  };
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
