import type { MessagePort, Transferable, Worker } from 'node:worker_threads';

/** What both ends of a thread's channel have. */
export type Port = Pick<MessagePort | Worker, 'on' | 'postMessage'>;

/** How an error travels: by name, so that the other side makes one of the same kind again. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Its other fields, as far as they are plain values: a file system's `code`, a query error's `kind`. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** Makes an error of what travelled; null for a name it does not know. */
export type ReviveError = (error: PlainError) => Error | null;

/** A value with the buffers in it that are handed over instead of copied. */
export class Handover<T> {
  readonly value: T;
  readonly transfer: readonly Transferable[];

  constructor(value: T, transfer: readonly Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** Answers a call of the other side. A signal is aborted when the caller loses interest. */
export type Answerer = (method: string, args: readonly unknown[], signal: AbortSignal) => Promise<unknown>;

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PlainError };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls between two threads, in both directions, over one channel: messages arrive in the order in which they were sent, and
 * a call is begun before the next message is looked at.
 */
export class Calls {
  readonly #port: Port;
  readonly #answer: Answerer;
  readonly #revive: ReviveError;
  readonly #waiting = new Map<number, Waiting>();
  readonly #running = new Map<number, AbortController>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor(port: Port, answer: Answerer, revive: ReviveError = () => null) {
    this.#port = port;
    this.#answer = answer;
    this.#revive = revive;
    port.on('message', (message: Message) => this.#receive(message));
  }

  /** Calls the other side. `transfer` are the buffers in the arguments that are handed over; they are gone here then. */
  call(
    method: string,
    args: readonly unknown[],
    options: { readonly transfer?: readonly Transferable[]; readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(id);
        this.#post({ kind: 'cancel', id });
        reject(signal!.reason);
      };
      const done = (): void => signal?.removeEventListener('abort', onAbort);
      this.#waiting.set(id, {
        resolve: (value) => {
          done();
          resolve(value);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        this.#post({ kind: 'call', id, method, args }, options.transfer);
      } catch (error) {
        this.#take(id)?.reject(error);
      }
    });
  }

  /** The other side is gone: what waits for it fails with this error, and so does every later call. */
  end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    for (const controller of this.#running.values()) controller.abort(error);
  }

  #post(message: Message, transfer: readonly Transferable[] = []): void {
    this.#port.postMessage(message, transfer as Transferable[]);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'call':
        void this.#serve(message.id, message.method, message.args);
        break;
      case 'cancel':
        this.#running.get(message.id)?.abort(new DOMException('The caller has gone', 'AbortError'));
        break;
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        break;
      case 'error':
        this.#take(message.id)?.reject(this.#revive(message.error) ?? toError(message.error));
        break;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #serve(id: number, method: string, args: readonly unknown[]): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const result = await this.#answer(method, args, controller.signal);
      if (result instanceof Handover)
        this.#post({ kind: 'result', id, value: result.value }, result.transfer);
      else this.#post({ kind: 'result', id, value: result });
    } catch (error) {
      this.#post({ kind: 'error', id, error: toPlainError(error) });
    } finally {
      this.#running.delete(id);
    }
  }
}

function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '', fields: {} };
  const fields: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(error))
    if (typeof value === 'string' || typeof value === 'number') fields[key] = value;
  return { name: error.name, message: error.message, stack: error.stack ?? '', fields };
}

function toError({ name, message, stack, fields }: PlainError): Error {
  return Object.assign(new Error(message), fields, { name, stack });
}
