import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { shardOf, type TickRequest } from './tick-requests.ts';

/** A request as it lies in a queue. */
export interface QueuedBody {
  readonly samples: number;
  readonly body: Uint8Array;
}

export interface BodyQueues {
  /** A file for each connection: records of `[u32 length][u32 samples][body]`. */
  readonly paths: readonly string[];
  readonly samples: number;
}

const HEADER_BYTES = 8;

/**
 * Encodes all requests into files before they are sent, one for each connection, so that sending takes little of the
 * machine and no memory. A series' samples are all in the same queue, in the order of time.
 */
export function writeQueues(
  folder: string,
  requests: Iterable<TickRequest>,
  connections: number,
): BodyQueues {
  const paths = Array.from({ length: connections }, (_, index) => join(folder, `queue-${index}`));
  const files = paths.map((path) => openSync(path, 'w'));
  let samples = 0;
  try {
    for (const request of requests) {
      const count = request.to - request.from;
      const record = Buffer.allocUnsafe(HEADER_BYTES + request.body.length);
      record.writeUInt32LE(request.body.length, 0);
      record.writeUInt32LE(count, 4);
      record.set(request.body, HEADER_BYTES);
      writeWhole(files[shardOf(request) % connections]!, record);
      samples += count;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
  return { paths, samples };
}

/** Reads one at a time. */
export function* readQueue(path: string): Generator<QueuedBody> {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    while (readWhole(file, header) > 0) {
      const body = Buffer.allocUnsafe(header.readUInt32LE(0));
      if (readWhole(file, body) < body.length) throw new Error(`Cannot read ${path}: it ends early`);
      yield { samples: header.readUInt32LE(4), body };
    }
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function readWhole(file: number, target: Buffer): number {
  let at = 0;
  while (at < target.length) {
    const read = readSync(file, target, at, target.length - at, null);
    if (read === 0) break;
    at += read;
  }
  return at;
}
