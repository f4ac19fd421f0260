import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { formatLabels } from '../labels/labels.ts';
import { anyValueText } from './any-value-text.ts';
import { decodeLogsRequestJson } from './logs-json.ts';
import { decodeLogsRequest } from './logs-protobuf.ts';
import { decodeMetricsRequestJson } from './metrics-json.ts';
import { decodeMetricsRequest } from './metrics-protobuf.ts';
import { otlpMetricsToSeries } from './prometheus/metrics-to-series.ts';
import { createRefusals } from './refusals.ts';

/** Requests as the serializers of @opentelemetry/otlp-transformer 0.301.0 write them, recorded: not our own encoder's. */
function recorded(name: string): Uint8Array {
  return readFileSync(new URL(`testdata/opentelemetry-js-${name}`, import.meta.url));
}

describe('what OpenTelemetry for JavaScript sends', () => {
  it('is the same in protobuf and JSON, and becomes series', () => {
    const request = decodeMetricsRequest(recorded('metrics.pb'));
    assert.deepEqual(decodeMetricsRequestJson(recorded('metrics.json')), request);
    const refusals = createRefusals();
    const { series, metadata } = otlpMetricsToSeries(request, refusals);
    assert.equal(refusals.rejected, 0);
    const identity = 'instance="i1", job="eu/payments"';
    assert.deepEqual(
      series.map(({ labels, values }) => `${formatLabels(labels)} ${values[0]}`).sort(),
      [
        `duration_seconds_bucket{${identity}, le="+Inf"} 2`,
        `duration_seconds_bucket{${identity}, le="0.5"} 1`,
        `duration_seconds_bucket{${identity}, le="5"} 1`,
        `duration_seconds_count{${identity}} 2`,
        `duration_seconds_sum{${identity}} 7.2`,
        `latency_fine_milliseconds{${identity}} NaN`,
        `open{${identity}} -2`,
        `payments_count_total{${identity}, payment_method="card"} 3`,
        `target_info{host_name="h", ${identity}, list="[\\"a\\",\\"b\\"]"} 1`,
        `temperature_celsius{${identity}} 1.5`,
      ].sort(),
    );
    assert.ok(series.every(({ timestampsMs }) => timestampsMs[0] === 1767225600123));
    const histogram = series.find((one) => one.histograms !== undefined)?.histograms?.[0];
    assert.deepEqual([histogram?.count, histogram?.zeroCount, histogram?.sum], [3, 1, 3]);
    // 1 is the upper bound of bucket 0, 2 that of bucket 2^schema.
    const [first, second] = histogram?.positiveSpans ?? [];
    assert.equal(first?.offset, 0);
    assert.equal((second?.offset ?? 0) + 1, 2 ** (histogram?.schema ?? 0));
    assert.equal(metadata.find(({ metric }) => metric === 'payments_count_total')?.help, 'Payments made');
  });

  it('is the same in protobuf and JSON for logs', () => {
    const request = decodeLogsRequest(recorded('logs.pb'));
    assert.deepEqual(decodeLogsRequestJson(recorded('logs.json')), request);
    const [failed, plain] = request.resourceLogs
      .flatMap(({ scopeLogs }) => scopeLogs)
      .flatMap(({ records }) => records);
    assert.equal(failed?.timeNs, 1767225600123456789n);
    assert.equal(anyValueText(failed!.body), '{"a":[1,"x",null,true,1.5]}');
    assert.deepEqual(
      failed?.attributes.map(({ key, value }) => `${key}=${anyValueText(value)}`),
      ['k=v', 'n=5', 'big=36028797018963968', 'bytes=AQL/'],
    );
    assert.deepEqual([plain?.eventName, plain?.severityNumber], ['ev', 9]);
  });
});
