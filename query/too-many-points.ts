import { QueryError } from './query-error.ts';

/** A range query with more points a series than it may have, in Prometheus' words. */
export function tooManyPoints(pointsMax: number): QueryError {
  return new QueryError(
    'execution',
    `exceeded maximum resolution of ${pointsMax.toLocaleString('en-US')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    { limit: 'pointsPerSeriesMax' },
  );
}
