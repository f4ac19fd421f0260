import type { OutgoingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { joinedText } from '../joined-text.ts';

/** Nobody reads the stream any more. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
  /** The client was there, but took nothing for too long, and was cut off. */
  readonly isStalled: boolean;

  constructor(message: string, isStalled: boolean) {
    super(message);
    this.isStalled = isStalled;
  }
}

export interface EventStreamConfig {
  /** How long a client may take nothing of what is sent. */
  readonly stalledMsMax: number;
  /** How long a browser waits before it connects again. */
  readonly retryMs: number;
}

export const EVENT_STREAM_HEADERS: OutgoingHttpHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // Proxies that buffer would hold events back.
  'X-Accel-Buffering': 'no',
};

/**
 * Server-sent events (HTML standard, "Server-sent events") on a response's body, written no faster than the client reads them: what
 * is held for it is a piece of one event.
 */
export class EventStream {
  readonly #response: Writable;
  readonly #clock: Clock;
  readonly #config: EventStreamConfig;

  constructor(response: Writable, clock: Clock, config: EventStreamConfig) {
    this.#response = response;
    this.#clock = clock;
    this.#config = config;
  }

  /** Tells the client when to come back once the stream ends. */
  async start(): Promise<void> {
    await this.#write(`retry: ${this.#config.retryMs}\n\n`);
  }

  /** `pieces` are of JSON text, parted only where white space may stand. */
  async send(name: string, id: string, pieces: Iterable<string>): Promise<void> {
    await this.#write(`event: ${name}\nid: ${id}\n`);
    for (const piece of joinedText(pieces)) await this.#write(`data: ${piece}\n`);
    await this.#write('\n');
  }

  /** Shows that the server is there, and notices when the client is not. */
  async beat(): Promise<void> {
    await this.#write(':\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.writableEnded)
      return Promise.reject(new StreamEnded('the client has gone', false));
    if (response.write(text)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (error: StreamEnded | null): void => {
        timer.cancel();
        response.off('drain', onDrain);
        response.off('close', onClose);
        if (error === null) resolve();
        else reject(error);
      };
      const onDrain = (): void => settle(null);
      const onClose = (): void => settle(new StreamEnded('the client has gone', false));
      const timer = this.#clock.setTimeout(() => {
        settle(new StreamEnded(`the client took nothing for ${this.#config.stalledMsMax} ms`, true));
        response.destroy();
      }, this.#config.stalledMsMax);
      response.once('drain', onDrain);
      response.once('close', onClose);
    });
  }
}
