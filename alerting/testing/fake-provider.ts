import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export interface ProviderRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A provider on a loopback socket that keeps what it is sent. */
export interface FakeProvider {
  readonly url: string;
  readonly requests: ProviderRequest[];
  /** How it answers from now on. */
  answer: (response: ServerResponse, request: ProviderRequest) => void;
  stop(): Promise<void>;
}

export async function startFakeProvider(
  answer: FakeProvider['answer'] = (response) => void response.end('ok'),
): Promise<FakeProvider> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, url, headers, body };
      provider.requests.push(received);
      provider.answer(response, received);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const provider: FakeProvider = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    requests: [],
    answer,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return provider;
}
