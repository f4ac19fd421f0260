import type { CuratedHeadline } from './panel.ts';

const requests = 'http_request_duration_seconds_count';
const buckets = 'http_request_duration_seconds_bucket';
const failed = (span: string) =>
  `(sum(rate(${requests}{status=~"5.."}${span})) or 0 * sum(rate(${requests}${span}))) / sum(rate(${requests}${span}))`;
const p95 = (span: string) => `histogram_quantile(0.95, sum by (le) (rate(${buckets}${span})))`;

/** The numbers above a layer that discovery could not know: they follow from a histogram of requests. */
export const curatedHeadlines: readonly CuratedHeadline[] = [
  {
    id: 'headline:requests',
    layer: 'usage',
    title: 'Requests',
    help: 'HTTP requests answered.',
    unit: { kind: 'number' },
    value: `sum(increase(${requests}[$range]))`,
    before: `sum(increase(${requests}[$range] offset $range)) and sum(${requests} offset $twice)`,
    trend: `sum(rate(${requests}[$window]))`,
    span: 'over the range',
    needs: [requests],
  },
  {
    id: 'headline:failed',
    layer: 'usage',
    title: 'Failed requests',
    help: 'Share of the HTTP requests answered with a server error (5xx).',
    unit: { kind: 'ratio' },
    value: failed('[$range]'),
    before: `(${failed('[$range] offset $range')}) and sum(${requests} offset $twice)`,
    trend: failed('[$window]'),
    span: 'over the range',
    needs: [requests],
  },
  {
    id: 'headline:p95',
    layer: 'usage',
    title: 'Time to answer, p95',
    help: 'All but one in twenty HTTP requests are answered within this time.',
    unit: { kind: 'seconds' },
    value: p95('[$range]'),
    before: `${p95('[$range] offset $range')} and sum(${requests} offset $twice)`,
    trend: p95('[$window]'),
    span: 'over the range',
    needs: [buckets],
  },
];
