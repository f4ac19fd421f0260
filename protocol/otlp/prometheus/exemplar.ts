import { labelsFromPairs } from '../../labels/labels.ts';
import type { Exemplar } from '../../series/write-series.ts';
import type { OtlpExemplar } from '../metric.ts';
import { attributeLabels } from './attribute-labels.ts';
import { nsToMs } from './point-time.ts';

/** OpenMetrics: names and values of an exemplar's labels together. */
const EXEMPLAR_CHARACTERS_MAX = 128;

/** The trace's ids first; the filtered attributes are kept when all of them fit. */
export function toExemplar(exemplar: OtlpExemplar): Exemplar {
  const ids: [string, string][] = [];
  if (exemplar.traceId !== '') ids.push(['trace_id', exemplar.traceId]);
  if (exemplar.spanId !== '') ids.push(['span_id', exemplar.spanId]);
  const all = [...attributeLabels(exemplar.filteredAttributes), ...ids];
  const characters = all.reduce((sum, [name, value]) => sum + [...name].length + [...value].length, 0);
  return {
    labels: labelsFromPairs(characters <= EXEMPLAR_CHARACTERS_MAX ? all : ids),
    value: Number(exemplar.value),
    ...(exemplar.timeNs === 0n ? {} : { timestampMs: nsToMs(exemplar.timeNs) }),
  };
}
