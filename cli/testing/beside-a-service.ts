import { createServer, type RequestListener } from 'node:http';
import { after } from 'node:test';
import { runCommandLine } from '../main.ts';

/** How a command ended, and what it wrote where. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Serves until the file's tests are over; runs commands with their `--url` at it. */
export async function besideService(answer: RequestListener): Promise<(...words: string[]) => Promise<Ran>> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return async (...words) => {
    let out = '';
    let err = '';
    const output = { write: (text: string) => (out += text), complain: (text: string) => (err += text) };
    const status = await runCommandLine([...words, '--url', url], {}, output);
    return { status, out, err };
  };
}
