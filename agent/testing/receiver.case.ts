import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import type { LogRecord, ResourceLogs } from '@tocsin/protocol/otlp/log-record.ts';
import { decodeLogsRequest } from '@tocsin/protocol/otlp/logs-protobuf.ts';
import { decodeWriteRequest, type WriteRequest } from '@tocsin/protocol/remote-write/decode.ts';
import { versionOf } from '@tocsin/protocol/remote-write/version.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import { decodeSnappy } from '@tocsin/protocol/snappy/decode.ts';

export interface ReceivedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampMs: number;
  readonly value: number;
  readonly stale: boolean;
}

/** How the receiver treats a request: well, or in one of the ways networks and servers fail. */
export type Treatment =
  | { readonly kind: 'accept' }
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** A real server that takes remote write and OTLP logs on a free port, for tests; misbehaves when told. */
export interface Receiver {
  readonly url: string;
  readonly samples: ReceivedSample[];
  readonly metadata: MetricMetadata[];
  readonly logs: { readonly resource: ResourceLogs['resource']; readonly record: LogRecord }[];
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  treat: (request: IncomingMessage) => Treatment;
  /** Resolves when `condition` holds; checked after every request. */
  until(condition: () => boolean): Promise<void>;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
  /** Opens the same port again. */
  restart(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let port = 0;
  const server = createServer((request, response) => void handle(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const receiver: Receiver = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    samples: [],
    metadata: [],
    logs: [],
    requests: [],
    treat: () => ({ kind: 'accept' }),
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    restart: listen,
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    receiver.requests.push({ path, headers: request.headers });
    const treatment = receiver.treat(request);
    if (treatment.kind === 'reset') request.socket.destroy();
    else if (treatment.kind === 'answer') response.writeHead(treatment.status, treatment.headers).end('no');
    else if (treatment.kind === 'accept') accept(path, request, Buffer.concat(chunks), response);
    for (const check of [...waiting]) check();
  };
  const accept = (path: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    if (path === '/v1/logs') {
      for (const { resource, scopeLogs } of decodeLogsRequest(gunzipSync(body)).resourceLogs) {
        for (const { records } of scopeLogs)
          for (const record of records) receiver.logs.push({ resource, record });
      }
      response.end();
      return;
    }
    const version = versionOf(request.headers['content-type']) ?? '1.0';
    const written = decodeWriteRequest(version, decodeSnappy(body, 1e8));
    receiver.samples.push(...samplesOf(written));
    receiver.metadata.push(...written.metadata);
    const count = String(written.series.length);
    response
      .writeHead(204, version === '2.0' ? { 'X-Prometheus-Remote-Write-Samples-Written': count } : {})
      .end();
  };

  await listen();
  port = (server.address() as AddressInfo).port;
  return receiver;
}

export function samplesOf({ series }: Pick<WriteRequest, 'series'>): readonly ReceivedSample[] {
  return series.flatMap(({ labels, timestampsMs, values }) =>
    Array.from(timestampsMs, (timestampMs, i) => ({
      labels: labelsToObject(labels),
      timestampMs,
      value: values[i]!,
      stale: isStaleAt(values, i),
    })),
  );
}
