import { formatNumber, formatValue } from '@tocsin/chart/units/format.ts';
import type { QueryCost } from '../api/explore.ts';

/** What the question cost the aggregator. */
export function QueryCostLine({ cost }: { readonly cost: QueryCost }) {
  const parts = [
    Number.isNaN(cost.totalSeconds)
      ? ''
      : `${formatValue(cost.totalSeconds, { kind: 'seconds' })} to work out`,
    Number.isNaN(cost.samples) ? '' : `${formatNumber(cost.samples)} samples read`,
    Number.isNaN(cost.peakSamples) ? '' : `${formatNumber(cost.peakSamples)} at once`,
    Number.isNaN(cost.series) ? '' : `${formatNumber(cost.series)} series`,
    cost.queueSeconds > 0.001 ? `${formatValue(cost.queueSeconds, { kind: 'seconds' })} in the queue` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return null;
  return <span className="quiet query-cost">{parts.join(' · ')}</span>;
}
