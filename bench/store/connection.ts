import { Agent, request } from 'node:http';
import type { Target } from '../target/target.ts';
import { WRITE_HEADERS, WRITE_PATH } from '../target/write-samples.ts';

const RETRY_MS = 50;
const RETRIES_MAX = 200;

/** What came of one try; status 0 when the connection broke. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One keep-alive connection, one request in flight on it. */
export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  readonly #name: string;

  constructor(target: Target) {
    this.#url = target.url + WRITE_PATH;
    this.#name = target.name;
  }

  /**
   * Sends until it is acknowledged, again after 50 ms when the server asks for it as 429 and 5xx do. False when the connection breaks;
   * throws when the request is refused.
   */
  async send(body: Uint8Array): Promise<boolean> {
    for (let retries = 0; retries < RETRIES_MAX; retries++) {
      const { status, text } = await this.#post(body);
      if (status === 0) return false;
      if (status >= 200 && status < 300) return true;
      if (status !== 429 && status < 500) throw new Error(`${this.#name} refused samples: ${status} ${text}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new Error(`${this.#name} does not take samples: ${RETRIES_MAX} tries`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(body: Uint8Array): Promise<Answer> {
    return new Promise((resolve) => {
      const broken = (): void => resolve({ status: 0, text: '' });
      const headers = { ...WRITE_HEADERS, 'Content-Length': body.length };
      const sent = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', broken);
        response.on('aborted', broken);
      });
      sent.on('error', broken);
      sent.end(body);
    });
  }
}
