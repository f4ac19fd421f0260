import { getLabel, type Labels, METRIC_NAME } from '../labels/labels.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import type { MetricMetadata, WriteSeries } from '../series/write-series.ts';
import { writeHistograms, writeSamples } from './encode-v1.ts';
import { numberOfMetricType } from './metric-type.ts';

/**
 * An uncompressed `io.prometheus.write.v2.Request` (remote write 2.0). Metadata goes with the series whose metric it
 * names; that without a series is left out, because 2.0 has no place for it. Send it through `encodeSnappy`.
 */
export function encodeWriteRequestV2(
  series: readonly WriteSeries[],
  metadata: readonly MetricMetadata[] = [],
): Uint8Array {
  const symbols = new Map([['', 0]]);
  const refOf = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const byMetric = new Map(metadata.map((item) => [item.metric, item]));
  const body = new ProtobufWriter(4096);
  for (const one of series) {
    const mark = body.begin(5);
    writeLabelRefs(body, one.labels, refOf);
    writeSamples(body, 2, one);
    writeHistograms(body, 3, one);
    for (const exemplar of one.exemplars ?? []) {
      const exemplarMark = body.begin(4);
      writeLabelRefs(body, exemplar.labels, refOf);
      body.double(2, exemplar.value);
      if (exemplar.timestampMs !== undefined) body.int(3, exemplar.timestampMs);
      body.end(exemplarMark);
    }
    const known = metadataOf(getLabel(one.labels, METRIC_NAME), byMetric);
    if (known) {
      const metadataMark = body.begin(5);
      body.uint(1, numberOfMetricType(known.type));
      body.uint(3, refOf(known.help));
      body.uint(4, refOf(known.unit));
      body.end(metadataMark);
    }
    body.end(mark);
  }
  const head = new ProtobufWriter(4096);
  for (const symbol of symbols.keys()) head.string(4, symbol);
  const request = new Uint8Array(head.length + body.length);
  request.set(head.peek());
  request.set(body.peek(), head.length);
  return request;
}

/** A series' metadata is its family's: that of `x_bucket`, `x_sum` and `x_count` is called `x`. */
function metadataOf(name: string, byMetric: ReadonlyMap<string, MetricMetadata>): MetricMetadata | undefined {
  return byMetric.get(name) ?? byMetric.get(name.replace(/_(bucket|sum|count|total|created|info)$/, ''));
}

function writeLabelRefs(writer: ProtobufWriter, labels: Labels, refOf: (text: string) => number): void {
  const mark = writer.begin(1);
  for (const text of labels) writer.varint(refOf(text));
  writer.end(mark);
}
