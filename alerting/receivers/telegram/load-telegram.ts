import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import { loadSecret } from '../secret.ts';
import type { TelegramConfig } from './telegram-config.ts';
import type { TelegramSource } from './telegram-schema.ts';

const API_URL = 'https://api.telegram.org';

export function loadTelegram(
  source: TelegramSource,
  { global, resolve, refuse }: LoadContext,
): TelegramConfig {
  if (global.telegram_bot_token && global.telegram_bot_token_file) {
    refuse('telegram_bot_token and telegram_bot_token_file are both set under global; set one');
  }
  return {
    kind: 'telegram',
    sendResolved: source.send_resolved ?? true,
    apiUrl: (source.api_url ?? global.telegram_api_url ?? API_URL).replace(/\/$/, ''),
    botToken:
      loadSecret(
        'bot_token',
        resolve,
        [source.bot_token, source.bot_token_file],
        [global.telegram_bot_token, global.telegram_bot_token_file],
      ) ?? refuse('Telegram needs a token; set bot_token here or telegram_bot_token under global'),
    chatId:
      loadSecret('chat_id', resolve, [source.chat_id, source.chat_id_file]) ??
      refuse('set one of chat_id and chat_id_file'),
    messageThreadId: source.message_thread_id ?? 0,
    message: source.message,
    silent: source.disable_notifications,
    parseMode: source.parse_mode ?? 'HTML',
    timeoutMs: source.timeout || null,
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
  };
}
