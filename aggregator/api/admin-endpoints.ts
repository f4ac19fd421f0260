import type { Administration } from './administration.ts';
import { ApiError } from './api-error.ts';
import { type Endpoint, valueAnswer } from './endpoint.ts';
import { readSeriesRange } from './series-range.ts';

/** `admin/tsdb/*`; refused wholly while `administration` is null. */
export function createAdminEndpoints(
  administration: Administration | null,
): Readonly<Record<'delete_series' | 'clean_tombstones' | 'snapshot' | 'compact', Endpoint>> {
  const enabled = (): Administration => {
    if (administration) return administration;
    throw new ApiError('unavailable', 'admin APIs disabled; start with --enable-admin-api to use them');
  };
  return {
    async delete_series({ parameters }) {
      const store = enabled();
      const { matcherSets, startMs, endMs } = readSeriesRange(parameters, { matchRequired: true });
      await store.deleteSeries(matcherSets, startMs, endMs);
      return valueAnswer(undefined);
    },
    async clean_tombstones() {
      await enabled().cleanTombstones();
      return valueAnswer(undefined);
    },
    async snapshot({ parameters }) {
      const skipHead = parameters.get('skip_head') === 'true';
      return valueAnswer({ name: await enabled().snapshot({ skipHead }) });
    },
    async compact() {
      await enabled().compact();
      return valueAnswer(undefined);
    },
  };
}
