/** A query of the bench: the path and parameters of a request that ends at `endSeconds`. */
export interface BenchQuery {
  readonly name: string;
  /** How many times it is asked in a row. */
  readonly runs: number;
  readonly path: (endSeconds: number) => string;
}

const ONE_SERIES =
  'http_requests_total{instance="host-00042.region-2.prod.internal:9100",path="/api/v2/cart"}';
const QUANTILE = 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))';
const HOUR = 3_600;

/** The table of what is promised about queries, in its order. */
export const BENCH_QUERIES: readonly BenchQuery[] = [
  range('one series, 1 h at 15 s', ONE_SERIES, HOUR, 15, 200),
  range(
    'sum by (job) (rate(x[5m])), 1 k series, 1 h at 15 s',
    'sum by (job) (rate(http_requests_total{region="region-0"}[5m]))',
    HOUR,
    15,
    200,
  ),
  range(
    'the same, 10 k series, 3 h at 30 s',
    'sum by (job) (rate(http_requests_total[5m]))',
    3 * HOUR,
    30,
    20,
  ),
  instant('topk(10, rate(x[5m])), 10 k series', 'topk(10, rate(http_requests_total[5m]))', 200),
  instant('histogram_quantile, 10 k buckets', QUANTILE, 200),
  range('the same, 1 h at 15 s', QUANTILE, HOUR, 15, 20),
  instant('avg by (instance) (x) > 0.8, 1 k series', 'avg by (instance) (cpu) > 0.8', 200),
  {
    name: 'values of a label',
    runs: 200,
    path: (end) => `/api/v1/label/instance/values?start=${end - HOUR}&end=${end}`,
  },
];

function range(name: string, query: string, seconds: number, step: number, runs: number): BenchQuery {
  const expr = encodeURIComponent(query);
  const path = (end: number): string =>
    `/api/v1/query_range?query=${expr}&start=${end - seconds}&end=${end}&step=${step}`;
  return { name, runs, path };
}

function instant(name: string, query: string, runs: number): BenchQuery {
  return { name, runs, path: (end) => `/api/v1/query?query=${encodeURIComponent(query)}&time=${end}` };
}
