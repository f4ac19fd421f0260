import type { HttpConfig } from '../http-config-schema.ts';
import type { Secret } from '../secret.ts';

/** An entry of telegram_configs with the global settings merged in. */
export interface TelegramConfig {
  readonly kind: 'telegram';
  readonly sendResolved: boolean;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly botToken: Secret;
  readonly chatId: Secret;
  readonly messageThreadId: number;
  readonly message: string;
  readonly silent: boolean;
  readonly parseMode: 'Markdown' | 'MarkdownV2' | 'HTML' | '';
  readonly timeoutMs: number | null;
  readonly http: HttpConfig | null;
}
