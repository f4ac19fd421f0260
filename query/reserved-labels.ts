import { dropLabels, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';

const RESERVED: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** Removes what describes the metric and not the series: after `rate` or `+` it no longer holds. */
export function dropReserved(labels: Labels): Labels {
  for (let i = 0; i < labels.length; i += 2)
    if (RESERVED.has(labels[i]!)) return dropLabels(labels, RESERVED);
  return labels;
}
