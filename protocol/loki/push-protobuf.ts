import { type Labels, labelsFromPairs } from '../labels/labels.ts';
import { parseLogSelector } from '../logql/parse.ts';
import { LogqlParseError } from '../logql/parse-error.ts';
import { createItemBudget, type ItemBudget } from '../otlp/item-budget.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { VARINT } from '../protobuf/wire-type.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { PUSH_ITEMS_MAX } from './limits.ts';
import type { LokiEntry, LokiPush, LokiStream, RefusedStream } from './push.ts';

const WHAT = 'Loki push';

/**
 * Decodes an uncompressed logproto.PushRequest (grafana/loki pkg/push/push.proto). A stream whose labels cannot be
 * read is refused by itself. Throws `DecodeError`.
 */
export function decodePush(bytes: Uint8Array): LokiPush {
  const reader = new ProtobufReader(bytes, WHAT);
  const budget = createItemBudget(WHAT, PUSH_ITEMS_MAX);
  const streams: LokiStream[] = [];
  const refused: RefusedStream[] = [];
  while (reader.next()) {
    if (reader.field === 1) readStream(reader, budget, streams, refused);
    else reader.skip();
  }
  return { streams, refused };
}

function readStream(
  reader: ProtobufReader,
  budget: ItemBudget,
  streams: LokiStream[],
  refused: RefusedStream[],
): void {
  budget.spend();
  const outer = reader.enter();
  let written = '';
  const entries: LokiEntry[] = [];
  while (reader.next()) {
    if (reader.field === 1) written = reader.lossyString();
    else if (reader.field === 2) entries.push(readEntry(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  const labels = parseStreamLabels(written);
  if (typeof labels === 'string') refused.push({ reason: labels, entries: entries.length });
  else streams.push({ labels, entries });
}

function readEntry(reader: ProtobufReader, budget: ItemBudget): LokiEntry {
  budget.spend();
  const outer = reader.enter();
  let timestampNs = 0n;
  let line = '';
  const metadata: [string, string][] = [];
  while (reader.next()) {
    if (reader.field === 1) timestampNs = readTimestamp(reader);
    else if (reader.field === 2) line = reader.lossyString();
    else if (reader.field === 3) metadata.push(readPair(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { timestampNs, line, structuredMetadata: labelsFromPairs(metadata) };
}

/** google.protobuf.Timestamp. */
function readTimestamp(reader: ProtobufReader): bigint {
  const outer = reader.enter();
  let seconds: number | bigint = 0;
  let nanos = 0;
  while (reader.next()) {
    const { field } = reader;
    if (field === 1 || field === 2) reader.expect(VARINT);
    if (field === 1) seconds = reader.exactInt64();
    else if (field === 2) nanos = reader.int64();
    else reader.skip();
  }
  reader.leave(outer);
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

function readPair(reader: ProtobufReader, budget: ItemBudget): [string, string] {
  budget.spend();
  const outer = reader.enter();
  let name = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) name = reader.lossyString();
    else if (reader.field === 2) value = reader.lossyString();
    else reader.skip();
  }
  reader.leave(outer);
  return [name, value];
}

/** The labels of `{a="b", c="d"}`, or why they are none. */
function parseStreamLabels(written: string): Labels | string {
  try {
    const matchers = parseLogSelector(written);
    if (matchers.some(({ kind }) => kind !== '=')) return `the labels ${written} may hold only "="`;
    return labelsFromPairs(matchers.map(({ name, value }) => [name, value]));
  } catch (error) {
    if (error instanceof LogqlParseError) return `cannot read the labels ${written}: ${error.message}`;
    throw error;
  }
}

/** Encodes a logproto.PushRequest, uncompressed. */
export function encodePush(streams: readonly LokiStream[]): Uint8Array {
  const writer = new ProtobufWriter(4096);
  for (const { labels, entries } of streams) {
    const mark = writer.begin(1);
    writer.string(1, formatStreamLabels(labels));
    for (const { timestampNs, line, structuredMetadata } of entries) {
      const entry = writer.begin(2);
      const time = writer.begin(1);
      const nanos = BigInt.asUintN(64, ((timestampNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
      writer.int(1, (timestampNs - nanos) / 1_000_000_000n);
      writer.int(2, nanos);
      writer.end(time);
      writer.string(2, line);
      for (let i = 0; i < structuredMetadata.length; i += 2) {
        const pair = writer.begin(3);
        writer.string(1, structuredMetadata[i]!);
        writer.string(2, structuredMetadata[i + 1]!);
        writer.end(pair);
      }
      writer.end(entry);
    }
    writer.end(mark);
  }
  return writer.finish();
}

function formatStreamLabels(labels: Labels): string {
  const parts: string[] = [];
  for (let i = 0; i < labels.length; i += 2) parts.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
  return `{${parts.join(', ')}}`;
}
