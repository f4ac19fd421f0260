import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** A proxy on a loopback socket; all names lead to this machine. */
export interface FakeProxy {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** What it was asked: method and target, with the headers it came with. */
  readonly asked: { readonly line: string; readonly headers: IncomingHttpHeaders }[];
  /** What CONNECT is answered. */
  status: number;
  stop(): Promise<void>;
}

/** Forwards http: URLs and opens tunnels by CONNECT. */
export async function startHttpProxy(): Promise<FakeProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    proxy.asked.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    const { pathname, port, search } = new URL(request.url ?? '');
    const onward = httpRequest({
      host: '127.0.0.1',
      port,
      path: `${pathname}${search}`,
      method: request.method,
      headers: request.headers,
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request, client: Socket) => {
    proxy.asked.push({ line: `CONNECT ${request.url}`, headers: request.headers });
    sockets.add(client);
    if (proxy.status !== 200) {
      client.end(`HTTP/1.1 ${proxy.status} No\r\nContent-Length: 5\r\n\r\nsorry`);
      return;
    }
    join(client, Number(/:(\d+)$/.exec(request.url ?? '')?.[1]), sockets);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  });
  const proxy = await listening(server, sockets);
  return proxy;
}

/** A SOCKS 5 proxy without authentication (RFC 1928) for names and IPv4 addresses. */
export async function startSocksProxy(): Promise<FakeProxy> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    client.once('data', () => {
      client.write(Buffer.from([5, 0]));
      client.once('data', (request: Buffer) => {
        const isName = request[3] === 3;
        const end = isName ? 5 + request[4]! : 8;
        const host = isName ? request.toString('latin1', 5, end) : [...request.subarray(4, 8)].join('.');
        const port = request.readUInt16BE(end);
        proxy.asked.push({ line: `SOCKS ${host}:${port}`, headers: {} });
        client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
        join(client, port, sockets);
      });
    });
  });
  const proxy = await listening(server, sockets);
  return proxy;
}

function join(client: Socket, port: number, sockets: Set<Socket>): void {
  const target = connect(port, '127.0.0.1');
  sockets.add(target);
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.pipe(other);
  }
}

async function listening(server: Server, sockets: ReadonlySet<Socket>): Promise<FakeProxy> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    asked: [],
    status: 200,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
          Reflect.apply(server.closeAllConnections, server, []);
        server.close(() => resolve());
      }),
  };
}
