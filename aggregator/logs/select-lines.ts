import { getLabel, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { LogQuery } from '@tocsin/protocol/logql/expression.ts';
import type { FoundLine } from '@tocsin/protocol/loki/response.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { StoredDataError } from '../bytes/byte-reader.ts';
import type { ChunkRef } from './block-format.ts';
import { type Block, type BlockReader, type BlockStore, chunkEntries } from './block-store.ts';
import { createFoundLines, type Direction, type FoundLines } from './found-lines.ts';
import type { LogHead } from './head.ts';
import type { LogLimits } from './limits.ts';
import { compareTimes, type LogEntry } from './log-entry.ts';
import type { LogMetrics } from './metrics.ts';
import { mayHold } from './needle-filter.ts';
import { compilePipeline, type Pipeline } from './pipeline.ts';
import { LogQueryError } from './query-error.ts';

export interface LineQuery {
  readonly query: Pick<LogQuery, 'matchers' | 'stages'>;
  /** Nanoseconds; the end is excluded. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly limit: number;
  readonly direction: Direction;
  /** Aborted when the client hangs up. */
  readonly signal?: AbortSignal;
}

/** A query without a bound on its lines. */
export type LineScan = Omit<LineQuery, 'limit'>;

export interface SelectDeps {
  readonly blocks: BlockStore;
  readonly heads: readonly LogHead[];
  readonly limits: LogLimits;
  readonly metrics: LogMetrics;
  readonly log: Log;
  readonly clock: Clock;
}

interface Scan {
  readonly pipeline: Pipeline;
  readonly found: Pick<FoundLines, 'offer' | 'wants'>;
  readonly deadlineMs: number;
  scannedBytes: number;
}

/** Searches blocks from the query's end of time on, and stops where no line can be among the first any more. */
export async function selectLines(
  deps: SelectDeps,
  query: LineQuery,
): Promise<{ readonly lines: readonly FoundLine[]; readonly scannedBytes: number }> {
  const found = createFoundLines(query.limit, query.direction, deps.limits.bytesPerQueryMax);
  const scannedBytes = await scanLines(deps, query, found);
  return { lines: found.finish(), scannedBytes };
}

/** Offers every line that passes and is still wanted to `found`; resolves to the bytes that were read. */
export async function scanLines(deps: SelectDeps, query: LineScan, found: Scan['found']): Promise<number> {
  const { limits, clock } = deps;
  const scan: Scan = {
    pipeline: compilePipeline(query.query),
    found,
    deadlineMs: clock.monotonic() + limits.queryTimeoutMs,
    scannedBytes: 0,
  };
  for (const head of deps.heads)
    for (const { labels, entries } of head.streams)
      if (scan.pipeline.selects(labels)) offerPassing(scan, query, labels, entries.toSorted(compareTimes));
  const overlapping = deps.blocks.blocks.filter(
    ({ firstNs, lastNs }) => lastNs >= query.startNs && firstNs < query.endNs,
  );
  const forward = query.direction === 'forward';
  overlapping.sort((a, b) => (forward ? order(a.firstNs, b.firstNs) : order(b.lastNs, a.lastNs)));
  for (const block of overlapping)
    if (scan.found.wants(block.firstNs, block.lastNs)) await scanBlock(deps, scan, query, block);
  deps.metrics.scannedBytes.inc(scan.scannedBytes);
  return scan.scannedBytes;
}

async function scanBlock(deps: SelectDeps, scan: Scan, query: LineScan, block: Block): Promise<void> {
  const selected = block.streams.filter(({ labels }) => scan.pipeline.selects(labels));
  if (selected.length === 0) return;
  let reader: BlockReader;
  try {
    reader = await deps.blocks.open(block);
  } catch (error) {
    // Retention may have removed it since the query began.
    if (!deps.blocks.blocks.includes(block)) return;
    throw error;
  }
  try {
    for (const { labels, chunks } of selected)
      for (const chunk of chunks) {
        const { firstNs, lastNs } = chunk;
        if (lastNs < query.startNs || firstNs >= query.endNs || !scan.found.wants(firstNs, lastNs)) continue;
        checkBounds(deps, scan, query);
        await scanChunk(deps, scan, query, reader, labels, chunk);
      }
  } catch (error) {
    if (!(error instanceof StoredDataError)) throw error;
    deps.metrics.readFailures.inc();
    deps.log.error({ path: block.path, reason: error.message }, 'cannot read a log block');
    throw new LogQueryError(
      500,
      `a stored log block cannot be read: ${error.message}; see the aggregator's log`,
    );
  } finally {
    await reader.close();
  }
}

async function scanChunk(
  deps: SelectDeps,
  scan: Scan,
  query: LineScan,
  reader: BlockReader,
  labels: Labels,
  chunk: ChunkRef,
): Promise<void> {
  const metadataNeedles = scan.pipeline.metadataNeedles.filter(({ name }) => getLabel(labels, name) === '');
  const needles = [...scan.pipeline.lineNeedles, ...metadataNeedles.map(({ value }) => value)];
  if (needles.length > 0) {
    const filter = await reader.filter(chunk);
    if (!needles.every((needle) => mayHold(filter, needle))) {
      deps.metrics.skippedChunks.inc();
      return;
    }
  }
  const raw = await reader.raw(chunk);
  scan.scannedBytes += raw.length;
  // One pass over the bytes is far cheaper than making strings of them.
  const buffer = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (!needles.every((needle) => buffer.includes(needle))) return;
  offerPassing(scan, query, labels, chunkEntries(chunk, raw));
}

function offerPassing(
  { pipeline, found }: Scan,
  { startNs, endNs }: LineScan,
  labels: Labels,
  entries: readonly LogEntry[],
): void {
  const passing = entries.filter(
    (entry) => entry.timestampNs >= startNs && entry.timestampNs < endNs && pipeline.passes(labels, entry),
  );
  found.offer(labels, passing);
}

function checkBounds({ limits, clock }: SelectDeps, scan: Scan, { signal }: LineScan): void {
  if (signal?.aborted) throw new LogQueryError(499, 'the client closed the connection');
  if (clock.monotonic() > scan.deadlineMs)
    throw new LogQueryError(
      504,
      `the query took more than ${limits.queryTimeoutMs} ms; narrow its time or labels`,
    );
  if (scan.scannedBytes > limits.scannedBytesPerQueryMax)
    throw new LogQueryError(
      400,
      `the query reads more than ${limits.scannedBytesPerQueryMax} bytes; narrow its time or labels`,
    );
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
