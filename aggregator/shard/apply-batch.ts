import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Head } from '../head/head.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import type { OwnerBatch, RequestOutcome } from './batch.ts';

/**
 * Adds a durable batch, in the owner's own series, to the head: request by request, so that each learns what became of its
 * samples. At most `namedMax` conflicts of a request are named.
 */
export function applyBatch(
  head: Head,
  batch: OwnerBatch,
  position: LogPosition,
  namedMax: number,
): RequestOutcome[] {
  const { ends } = batch;
  const outcomes: RequestOutcome[] = [];
  let [samples, histograms, exemplars] = [0, 0, 0];
  for (let i = 0; i < ends.length; i += 3) {
    const [samplesEnd, histogramsEnd, exemplarsEnd] = [ends[i]!, ends[i + 1]!, ends[i + 2]!];
    const part = {
      count: samplesEnd - samples,
      series: batch.series.subarray(samples, samplesEnd),
      timestampsMs: batch.timestampsMs.subarray(samples, samplesEnd),
      values: batch.values.subarray(samples, samplesEnd),
      startsMs: batch.startsMs?.subarray(samples, samplesEnd) ?? null,
      histograms: batch.histograms.slice(histograms, histogramsEnd),
      exemplars: batch.exemplars.slice(exemplars, exemplarsEnd),
      metadata: i === 0 ? batch.metadata : [],
    };
    [samples, histograms, exemplars] = [samplesEnd, histogramsEnd, exemplarsEnd];
    const conflicting: { labels: Labels; timestampMs: number }[] = [];
    let conflicts = 0;
    const kept = head.apply(part, position, batch.nowMs, (series, timestampMs) => {
      if (conflicts++ < namedMax) conflicting.push({ labels: head.table.readLabels(series), timestampMs });
    });
    outcomes.push({ ...kept, conflicts, conflicting });
  }
  return outcomes;
}
