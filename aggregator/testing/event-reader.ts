import { type IncomingMessage, request } from 'node:http';

export interface ReceivedEvent {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/** A client of server-sent events that hands them out one by one, and can stop reading. */
export class EventReader {
  readonly response: IncomingMessage;
  readonly #events: ReceivedEvent[] = [];
  #text = '';
  #wake = (): void => undefined;
  /** Comments and other lines that are no event. */
  beats = 0;
  closed = false;

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('error', () => undefined);
    response.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  static connect(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const asked = request(url, { headers, agent: false });
      asked.on('response', (response) => resolve(new EventReader(response)));
      asked.on('error', reject);
      asked.end();
    });
  }

  /** Events received and not handed out yet. */
  get waiting(): number {
    return this.#events.length;
  }

  /** The next event's data; rejects when the stream ends first. */
  async next(): Promise<ReturnType<typeof JSON.parse>> {
    return JSON.parse((await this.nextEvent()).data);
  }

  async nextEvent(): Promise<ReceivedEvent> {
    while (this.#events.length === 0) {
      if (this.closed) throw new Error('the stream has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#events.shift()!;
  }

  hangUp(): void {
    this.response.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const lines = this.#text.slice(0, end).split('\n');
      this.#text = this.#text.slice(end + 2);
      const values = (name: string): string[] =>
        lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
      if (lines[0] === ':') this.beats++;
      if (values('data').length === 0) continue;
      this.#events.push({
        name: values('event')[0] ?? '',
        id: values('id')[0] ?? '',
        data: values('data').join('\n'),
      });
    }
    this.#wake();
  }
}
