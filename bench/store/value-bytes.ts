import { ByteWriter } from '@tocsin/aggregator/bytes/byte-writer.ts';
import { encodeValues } from '@tocsin/aggregator/chunks/value-column.ts';
import { CHUNK_SAMPLES } from '@tocsin/aggregator/partition/partition-format.ts';
import type { TargetName } from '../target/target.ts';
import { type BenchContext, type ByTarget, inFolder, withTarget } from './bench-part.ts';
import { writeQueues } from './body-queues.ts';
import { printRow } from './figures.ts';
import type { IngestSize } from './ingest.ts';
import { MixedSeries } from './mixed-series.ts';
import { sendQueues } from './send-queues.ts';
import { settle } from './settle.ts';
import { flush, storedBytes } from './stored-bytes.ts';
import { tickRequests } from './tick-requests.ts';
import { VALUE_CLASSES, type ValueClass } from './value-class.ts';

const SEED = 1;

/**
 * Bytes of a sample's value, by class of values: what our encoder makes of them, what the peers' files of values hold
 * (Prometheus' with the timestamps, which it does not keep apart), and the entropy of what was generated.
 */
export async function measureValueBytes(context: BenchContext, size: IngestSize): Promise<unknown> {
  const rows: unknown[] = [];
  for (const valueClass of VALUE_CLASSES) {
    const { encoded, entropy } = encodeClass(valueClass, size);
    const bytes: ByTarget<number> = { tocsin: encoded };
    for (const name of context.targets)
      if (name !== 'tocsin') bytes[name] = await storedClass(context, name, valueClass, size);
    printRow(`bytes of a value, ${valueClass.name} (entropy ${entropy.toFixed(2)})`, bytes);
    rows.push({ values: valueClass.name, entropy, ...bytes });
  }
  return { ...size, rows };
}

/** In chunks as long as a partition's. */
function encodeClass(
  valueClass: ValueClass,
  { series, ticks }: IngestSize,
): { readonly encoded: number; readonly entropy: number } {
  const mixed = new MixedSeries(series, SEED, valueClass);
  const columns = Array.from({ length: series }, () => new Float64Array(ticks));
  let bits = 0;
  for (let tick = 0; tick < ticks; tick++) {
    if (tick > 0) mixed.step(0, series);
    for (let i = 0; i < series; i++) {
      columns[i]![tick] = mixed.values[i]!;
      if (tick > 0) bits += mixed.entropyBits(i);
    }
  }
  const writer = new ByteWriter();
  const length = Math.ceil(ticks / Math.ceil(ticks / CHUNK_SAMPLES));
  let bytes = 0;
  for (const column of columns) {
    writer.clear();
    for (let from = 0; from < ticks; from += length)
      encodeValues(writer, column, from, Math.min(length, ticks - from));
    bytes += writer.length;
  }
  const samples = series * ticks;
  return { encoded: bytes / samples, entropy: bits / 8 / samples };
}

async function storedClass(
  context: BenchContext,
  name: TargetName,
  valueClass: ValueClass,
  { series, ticks }: IngestSize,
): Promise<number> {
  return await inFolder(context, async (folder) => {
    const requests = tickRequests(new MixedSeries(series, SEED, valueClass), ticks, Date.now());
    // On one connection: of several, one may run ahead by more than Prometheus takes in late (an hour).
    const queues = writeQueues(folder, requests, 1);
    return await withTarget(name, folder, async (target) => {
      await sendQueues(target, queues);
      await settle(target);
      await flush(target);
      return (await storedBytes(target)).values / queues.samples;
    });
  });
}
