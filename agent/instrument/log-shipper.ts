import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Attribute } from '@tocsin/protocol/otlp/any-value.ts';
import { encodeLogsRequest } from '@tocsin/protocol/otlp/logs-protobuf.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import { limits } from '../limits.ts';
import type { Sender } from '../send/sender.ts';
import { type PinoKeys, type PinoLine, pinoRecord } from './pino-record.ts';
import type { ActiveSpan } from './trace-context.ts';

/** Where pino writes its lines; what `pino(options, stream)` takes. */
export interface LineStream {
  /** By this pino tells a stream from its options: `pino(stream)` works too. */
  readonly writable: true;
  write(line: string): void;
}

export interface LogShipper {
  stream(keys?: PinoKeys): LineStream;
  /** Encodes and queues what is buffered. Never rejects. */
  push(): Promise<void>;
  end(): Promise<void>;
}

interface Buffered {
  readonly line: PinoLine;
  readonly keys: PinoKeys | undefined;
}

// Lines of one second travel together; an error is seen a second later at most.
const PUSH_AFTER_MS = 1_000;
const gzipAsync = promisify(gzip);

/**
 * Takes lines as fast as the service writes them: a line is only put aside, and read, encoded and compressed
 * later, a batch at a time. When they come faster than they go the oldest are dropped and counted.
 */
export function createLogShipper(
  deps: {
    readonly clock: Clock;
    readonly sender: Sender;
    readonly activeSpan: ActiveSpan;
    readonly onDrop: (lines: number) => void;
    readonly onFailure: (error: unknown) => void;
  },
  resource: readonly Attribute[],
): LogShipper {
  const { clock, sender } = deps;
  let buffered: Buffered[] = [];
  let bufferedBytes = 0;
  let timer: Timer | null = null;
  let pushing: Promise<void> | null = null;
  let ended = false;

  const takeBatch = (): readonly Buffered[] => {
    let bytes = 0;
    let count = 0;
    while (count < buffered.length && count < limits.logBatchLinesMax && bytes < limits.logBatchBytesMax) {
      bytes += buffered[count++]!.line.text.length;
    }
    const batch = buffered.slice(0, count);
    buffered = buffered.slice(count);
    bufferedBytes -= bytes;
    return batch;
  };
  const pushAll = async (): Promise<void> => {
    while (buffered.length > 0) {
      const batch = takeBatch();
      try {
        const records = batch.map(({ line, keys }) => pinoRecord(line, keys));
        const scope = { name: 'pino', version: '', attributes: [] };
        const request = {
          resourceLogs: [{ resource: { attributes: resource }, scopeLogs: [{ scope, records }] }],
        };
        const body = await gzipAsync(encodeLogsRequest(request), { level: 1 });
        await sender.add({ kind: 'logs', items: batch.length, body });
      } catch (error) {
        deps.onDrop(batch.length);
        deps.onFailure(error);
      }
    }
  };
  const push = (): Promise<void> => {
    timer?.cancel();
    timer = null;
    pushing ??= pushAll().finally(() => {
      pushing = null;
    });
    return pushing;
  };
  const dropOldest = (): void => {
    // A tenth at a time: dropping line by line from an array's front costs its length each time.
    const dropped = buffered.splice(0, Math.ceil(buffered.length / 10));
    for (const { line } of dropped) bufferedBytes -= line.text.length;
    deps.onDrop(dropped.length);
  };

  return {
    stream: (keys) => ({
      writable: true,
      write(text) {
        if (ended) return;
        if (text.length > limits.logLineBytesMax) {
          deps.onDrop(1);
          return;
        }
        if (buffered.length >= limits.logBufferLinesMax || bufferedBytes > limits.logBufferBytesMax)
          dropOldest();
        buffered.push({ line: { text, atMs: clock.now(), span: deps.activeSpan() }, keys });
        bufferedBytes += text.length;
        if (buffered.length === limits.logBatchLinesMax) void push();
        else timer ??= clock.setTimeout(() => void push(), PUSH_AFTER_MS, { keepAlive: false });
      },
    }),
    push,
    async end() {
      ended = true;
      await push();
      // What came while the batch before was being compressed.
      await push();
    },
  };
}
