import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { begunRange, queryRange } from '../api/prometheus.ts';
import { type Band, bandsOf } from '../chart/bands.ts';
import { firingQuery } from '../promql/firing-query.ts';
import type { TimeWindow } from '../time/range.ts';

const none: readonly Band[] = [];

/** When alerts fired within the window, for marking it on every chart. */
export function useBands(window: TimeWindow): readonly Band[] {
  const { data } = useQuery({
    queryKey: ['range', firingQuery, window.fromMs, window.toMs],
    initialData: () => begunRange(firingQuery, window),
    queryFn: ({ signal }) => queryRange(firingQuery, window, signal),
    placeholderData: keepPreviousData,
  });
  return useMemo(
    // Most often there are none, and then no chart is to be drawn anew for them.
    () => (data === undefined || data.lines.length === 0 ? none : bandsOf(data.lines, window.stepSeconds)),
    [data, window.stepSeconds],
  );
}
