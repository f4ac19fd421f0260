import type { IncomingMessage, ServerResponse } from 'node:http';
import { TEXT_CONTENT_TYPE } from '@tocsin/protocol/exposition/content-type.ts';
import type { ExpositionFamily, ExpositionSample } from '@tocsin/protocol/exposition/family.ts';
import { renderExposition } from '@tocsin/protocol/exposition/render.ts';
import { compareStrings, getLabel, labelsKey, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import { DEFAULT_LOOKBACK_MS } from '@tocsin/query/limits.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { sendText } from '@tocsin/runtime/http/server.ts';
import { toApiError } from './api-error.ts';
import type { Parameters } from './parameters.ts';
import type { QueryGate } from './query-gate.ts';
import { readSeriesRange } from './series-range.ts';
import type { SeriesReader } from './series-reader.ts';

const NO_HINTS = {
  function: null,
  rangeMs: 0,
  firstMs: 0,
  stepMs: 0,
  rollups: null,
  grouping: [],
  by: false,
} as const;
// Of one selector, read at once; Prometheus itself answers no page of that size in time.
const SAMPLES_MAX = 20_000_000;
const HISTOGRAM_PARTS = /_(bucket|count|sum)$/;

/** `GET /federate`: the newest sample of each matching series, with its timestamp, as text exposition. */
export async function federate(
  deps: { readonly clock: Clock; readonly reader: SeriesReader },
  parameters: Parameters,
  signal: AbortSignal,
): Promise<string> {
  const nowMs = deps.clock.now();
  const { matcherSets } = readSeriesRange(parameters, { matchRequired: false });
  const metadata = deps.reader.metadata();
  const samples = new Map<string, ExpositionSample>();
  for (const matchers of matcherSets) {
    const selection = {
      matchers,
      minTimestampMs: nowMs - DEFAULT_LOOKBACK_MS,
      maxTimestampMs: nowMs,
      samplesMax: SAMPLES_MAX,
      hints: NO_HINTS,
    };
    for (const series of await deps.reader.select(selection, signal)) {
      const last = series.timestampsMs.length - 1;
      // Native histograms have no place in the text format.
      if (last < 0 || isStaleAt(series.values, last) || series.histograms?.[last]) continue;
      samples.set(labelsKey(series.labels), {
        labels: series.labels,
        value: series.values[last]!,
        timestampMs: series.timestampsMs[last]!,
      });
    }
  }
  return renderExposition(families([...samples.values()], metadata), 'text');
}

/** Sends the federation page, or what is wrong as text, as Prometheus does. */
export async function sendFederation(
  deps: { readonly clock: Clock; readonly reader: SeriesReader; readonly gate: QueryGate },
  parameters: Parameters,
  signal: AbortSignal,
  response: ServerResponse<IncomingMessage>,
): Promise<void> {
  try {
    const text = await deps.gate.run(signal, () => federate(deps, parameters, signal));
    response.writeHead(200, { 'Content-Type': TEXT_CONTENT_TYPE });
    response.end(text);
  } catch (error) {
    const known = toApiError(error);
    if (!known) throw error;
    sendText(response, known.status, `${known.message}\n`);
  }
}

function families(
  samples: readonly ExpositionSample[],
  metadata: ReadonlyMap<string, readonly MetricMetadata[]>,
): readonly ExpositionFamily[] {
  const byMetric = new Map<string, ExpositionSample[]>();
  for (const sample of samples) {
    const name = getLabel(sample.labels, METRIC_NAME);
    const metric = metadata.has(name) ? name : name.replace(HISTOGRAM_PARTS, '');
    const family = metadata.has(metric) ? metric : name;
    const known = byMetric.get(family);
    if (known) known.push(sample);
    else byMetric.set(family, [sample]);
  }
  return [...byMetric]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([metric, members]) => {
      const { type = 'unknown', help = '', unit = '' } = metadata.get(metric)?.[0] ?? {};
      return { metric, type, help, unit, samples: members };
    });
}
