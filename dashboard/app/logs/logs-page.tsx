import { Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { countLogs, findLogs } from '../api/loki.ts';
import { usePage } from '../page/page-context.ts';
import { useLastGood } from '../page/use-last-good.ts';
import { useTitle } from '../page/use-title.ts';
import { LogFilterBar } from './log-filter-bar.tsx';
import { bucketsOf, histogramOf, histogramOfCounts } from './log-histogram.ts';
import { LogResults } from './log-results.tsx';

const LogHistogramView = lazy(() => import('./log-histogram-view.tsx'));
const countedMax = 5000;
const bucketsMax = 90;

/** Log lines by service, level, text and time, and how many there are over time. */
export default function LogsPage() {
  useTitle('Logs');
  const { state, window } = usePage();
  const { service, level, text } = state.logs;
  const counted = useQuery({
    queryKey: ['logs', state.logs, window.fromMs, window.endMs, countedMax],
    queryFn: ({ signal }) => findLogs(state.logs, window, countedMax, signal),
    placeholderData: keepPreviousData,
  });
  const rows = useLastGood(counted.data);
  const isComplete = rows !== undefined && rows.length < countedMax;
  // More lines than are fetched are counted where they lie; a server that cannot leaves the newest counted.
  const counts = useQuery({
    queryKey: ['log counts', state.logs, window.fromMs, window.endMs],
    queryFn: async ({ signal }) => {
      const { firstSeconds, bucketSeconds } = bucketsOf(window, bucketsMax);
      const counted = await countLogs(state.logs, firstSeconds, window.endMs, bucketSeconds, signal);
      return histogramOfCounts(counted, window, bucketsMax);
    },
    enabled: rows !== undefined && !isComplete,
  });
  const all = isComplete ? undefined : counts.data;
  const histogram = useMemo(
    () => all ?? (rows === undefined ? undefined : histogramOf(rows, window, bucketsMax, isComplete)),
    [all, rows, window, isComplete],
  );
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>Logs</h1>
        <p>
          {rows === undefined
            ? ''
            : isComplete
              ? `${rows.length} ${rows.length === 1 ? 'line' : 'lines'} in this time`
              : all === undefined
                ? `more than ${countedMax} lines in this time; the newest are counted`
                : `more than ${countedMax} lines in this time; all are counted`}
        </p>
      </div>
      <LogFilterBar visible />
      {histogram === undefined ? (
        <Skeleton height={130} />
      ) : histogram.levels.length === 0 ? null : (
        <Suspense fallback={<Skeleton height={130} />}>
          <LogHistogramView histogram={histogram} />
        </Suspense>
      )}
      <section id="logs" aria-label="Lines">
        <LogResults key={JSON.stringify([service, level, text])} filter={state.logs} visible />
      </section>
    </div>
  );
}
