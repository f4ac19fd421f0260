import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { flag, templated } from '../templated.ts';

const chatId = text.refine((value) => /^-?\d{1,18}$/.test(value), {
  message: 'write the number of the chat',
});

export const TELEGRAM_SCHEMA = z
  .strictObject({
    send_resolved: z.boolean().nullish(),
    http_config: HTTP_CONFIG_SCHEMA.nullish(),
    api_url: httpUrl.nullish(),
    bot_token: text.nullish(),
    bot_token_file: text.nullish(),
    chat_id: chatId.nullish(),
    chat_id_file: text.nullish(),
    message_thread_id: z.int().nullish(),
    message: templated('{{ template "telegram.default.message" . }}'),
    disable_notifications: flag,
    parse_mode: z.enum(['Markdown', 'MarkdownV2', 'HTML', '']).nullish(),
    /** 0 leaves it to the limit of every send. */
    timeout: duration.nullish(),
  })
  .refine(({ bot_token, bot_token_file }) => !(bot_token && bot_token_file), {
    message: 'set one of bot_token and bot_token_file',
  })
  .refine(({ chat_id, chat_id_file }) => Boolean(chat_id) !== Boolean(chat_id_file), {
    message: 'set one of chat_id and chat_id_file',
  });

export type TelegramSource = z.output<typeof TELEGRAM_SCHEMA>;

export const TELEGRAM_DEFAULTS_SCHEMA = {
  telegram_api_url: httpUrl.nullish(),
  telegram_bot_token: text.nullish(),
  telegram_bot_token_file: text.nullish(),
};
