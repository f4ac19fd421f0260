import type { JsonValue } from './json-value.ts';
import type { Notification } from './notification.ts';

/** A receiver's way out, ready to use. Each folder beside this file makes one from its part of the configuration. */
export interface Integration {
  readonly kind: string;
  readonly sendResolved: boolean;
  /** Why it cannot send as configured; null when it can. */
  readonly cannotSend: string | null;
  /** What will be sent. Stored before it is sent, so that every attempt sends the same. Never throws. */
  render(notification: Notification): RenderedMessage;
  /** For kinds that take reports: the report as a message to be stored and sent as any other. Never throws. */
  report?(report: ReportMail): RenderedMessage;
  /**
   * Hands the message over and returns the provider's answer.
   * @throws SendError, which says whether another attempt may help.
   */
  send(message: RenderedMessage, key: MessageKey, signal: AbortSignal): Promise<string>;
}

/** A report, ready to be read. */
export interface ReportMail {
  readonly receiver: string;
  readonly subject: string;
  readonly text: string;
  /** Shows its images as `cid:` and their id. */
  readonly html: string;
  readonly images: readonly ReportImage[];
  readonly timeMs: number;
}

export interface ReportImage {
  readonly id: string;
  readonly title: string;
  readonly png: Uint8Array;
}

export interface RenderedMessage {
  readonly subject: string;
  /** For a person, also in the history of notifications. */
  readonly text: string;
  /** Whatever `send` needs. */
  readonly payload: JsonValue;
  /** What went wrong in the templates, if anything; the message then holds plain words instead. */
  readonly problem: string | null;
}

/** Names a message to its provider: the same in every attempt, another for every message. */
export interface MessageKey {
  readonly messageId: string;
  /** Of the group, for threads and dedup keys. */
  readonly groupKey: string;
  /** What the group's messages through this integration remember, until the group begins anew. */
  readonly memory: GroupMemory;
}

/** Where a provider has the group's first message, for example, so that later ones can change it. */
export interface GroupMemory {
  /** What was kept last; null for nothing. */
  readonly known: JsonValue | null;
  /** Holds for every later message, also when `send` fails afterwards. */
  keep(value: JsonValue): void;
}

export class SendError extends Error {
  override readonly name = 'SendError';
  /** False: the same message would be refused again. */
  readonly retry: boolean;
  /** What the provider asked to wait before the next attempt; null when it said nothing. */
  readonly retryAfterMs: number | null;

  constructor(message: string, retry: boolean, cause?: unknown, retryAfterMs: number | null = null) {
    super(message, { cause });
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }
}
