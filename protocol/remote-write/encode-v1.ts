import { ProtobufWriter } from '../protobuf/writer.ts';
import type { MetricMetadata, WriteSeries } from '../series/write-series.ts';
import { writeHistogram } from './histogram.ts';
import { writeLabels } from './label-bytes.ts';
import { numberOfMetricType } from './metric-type.ts';

/** An uncompressed `prometheus.WriteRequest` (remote write 1.0). Send it through `encodeSnappy`. */
export function encodeWriteRequestV1(
  series: readonly WriteSeries[],
  metadata: readonly MetricMetadata[] = [],
): Uint8Array {
  const writer = new ProtobufWriter(4096);
  for (const one of series) {
    const mark = writer.begin(1);
    writeLabels(writer, one.labels);
    writeSamples(writer, 2, one);
    for (const exemplar of one.exemplars ?? []) {
      const exemplarMark = writer.begin(3);
      writeLabels(writer, exemplar.labels);
      writer.double(2, exemplar.value);
      if (exemplar.timestampMs !== undefined) writer.int(3, exemplar.timestampMs);
      writer.end(exemplarMark);
    }
    writeHistograms(writer, 4, one);
    writer.end(mark);
  }
  for (const item of metadata) {
    const mark = writer.begin(3);
    writer.uint(1, numberOfMetricType(item.type));
    writer.string(2, item.metric);
    if (item.help !== '') writer.string(4, item.help);
    if (item.unit !== '') writer.string(5, item.unit);
    writer.end(mark);
  }
  return writer.finish();
}

/** The float samples as Sample messages; the values' bits are copied, so that stale markers stay ones. */
export function writeSamples(writer: ProtobufWriter, field: number, series: WriteSeries): void {
  const { timestampsMs, values, histograms, startsMs } = series;
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = 0; i < timestampsMs.length; i++) {
    if (histograms?.[i]) continue;
    const mark = writer.begin(field);
    writer.doubleTag(1);
    writer.rawWords(words[i * 2]!, words[i * 2 + 1]!);
    writer.int(2, timestampsMs[i]!);
    if (startsMs !== undefined && startsMs[i] !== 0) writer.int(3, startsMs[i]!);
    writer.end(mark);
  }
}

export function writeHistograms(writer: ProtobufWriter, field: number, series: WriteSeries): void {
  for (const [index, histogram] of (series.histograms ?? []).entries()) {
    if (!histogram) continue;
    const mark = writer.begin(field);
    const startTimestampMs = series.startsMs?.[index] ?? 0;
    writeHistogram(writer, { histogram, timestampMs: series.timestampsMs[index]!, startTimestampMs });
    writer.end(mark);
  }
}
