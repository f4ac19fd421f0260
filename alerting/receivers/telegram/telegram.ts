import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { defaultDescription } from '../default-description.ts';
import { type Integration, SendError } from '../integration.ts';
import { createRenderer, type Renderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload, withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { TelegramConfig } from './telegram-config.ts';

/** Characters a person sees (Telegram's documentation, "sendMessage"). */
const MESSAGE_LENGTH = 4_096;
/** Of the text with its markup. */
const MARKUP_BYTES = 32_768;

const MESSAGE = '{{ template "telegram.default.message" . }}';

/** Sends a bot's message through Telegram's Bot API. */
export function createTelegram(
  config: TelegramConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'telegram',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = {
        disable_web_page_preview: 'true',
        ...withoutEmpty({
          disable_notification: config.silent ? 'true' : '',
          message_thread_id: config.messageThreadId === 0 ? '' : String(config.messageThreadId),
        }),
        ...content(config, renderer),
      };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const token = await openSecret(deps.disk, config.botToken);
      const chatId = await openSecret(deps.disk, config.chatId);
      if (!/^-?\d{1,18}$/.test(chatId)) {
        throw new SendError(
          `Cannot send to Telegram: ${config.chatId.file} does not hold a chat's number`,
          true,
        );
      }
      const answer = await sendHttp(
        config.http,
        {
          url: `${config.apiUrl}/bot${token}/sendMessage`,
          contentType: 'application/json',
          body: JSON.stringify({ chat_id: chatId, ...storedPayload(message.payload) }),
          timeoutMs: config.timeoutMs,
          retryAfterMs: askedPause,
          signal,
        },
        deps,
      );
      return describeAnswer(answer);
    },
  };
}

/** Markup cannot be cut without breaking it: what is too long goes out as plain text, cut. */
function content(config: TelegramConfig, renderer: Renderer): { readonly [key: string]: string } {
  if (config.parseMode === 'HTML') {
    const html = renderer.html(config.message, MESSAGE);
    if (Buffer.byteLength(html) <= MARKUP_BYTES && visibleLength(html) <= MESSAGE_LENGTH) {
      return { text: html, parse_mode: 'HTML' };
    }
    return { text: truncate(renderer.text(MESSAGE, MESSAGE), MESSAGE_LENGTH) };
  }
  const text = truncate(renderer.text(config.message, MESSAGE), MESSAGE_LENGTH);
  return config.parseMode === '' ? { text } : { text, parse_mode: config.parseMode };
}

/** Tags do not count and an entity is one character. */
function visibleLength(html: string): number {
  const text = html.replace(/<[^<>]*>/g, '').replace(/&(?:lt|gt|amp|quot|#\d{1,7}|#x[\da-fA-F]{1,6});/g, '.');
  return Array.from(text).length;
}

/** `parameters.retry_after`, in seconds. */
function askedPause(answer: HttpAnswer): number | null {
  const seconds = /"retry_after"\s*:\s*(\d{1,6})/.exec(answer.text().slice(0, 10_000))?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}
