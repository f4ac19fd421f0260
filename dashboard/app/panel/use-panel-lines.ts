import { keepPreviousData, useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { begunRange, isRangeBegun, queryRange, type RangeAnswer } from '../api/prometheus.ts';
import type { PanelQuery } from '../layout/panel.ts';
import { liveFeed } from '../live/page-feed.ts';
import { usePage } from '../page/page-context.ts';
import { fill } from '../promql/fill.ts';
import { type Line, lineName } from '../series/line.ts';
import type { TimeWindow } from '../time/range.ts';

export interface PanelLines {
  /** The time the lines are of. */
  readonly window: TimeWindow;
  readonly lines: readonly Line[];
  readonly warnings: readonly string[];
  readonly isLoading: boolean;
  readonly error: Error | null;
}

const rangeKey = (filled: string, window: TimeWindow) => ['range', filled, window.fromMs, window.toMs];

/** All lines of a panel's queries, named by their legends. */
export function usePanelLines(queries: readonly PanelQuery[], enabled: boolean): PanelLines {
  const { window: slow, liveWindow, isLive } = usePage();
  // What is streamed goes on with each new point; the rest at each refresh.
  const isHeld =
    isLive && queries.every(({ expr }) => liveFeed.lines(fill(expr, liveWindow), liveWindow) !== undefined);
  const window = isHeld ? liveWindow : slow;
  const watched = JSON.stringify(queries.map(({ expr }) => fill(expr, window)));
  const cache = useQueryClient();
  const latest = useRef(window);
  latest.current = window;
  useEffect(() => {
    if (!isLive || !enabled) return;
    const exprs: readonly string[] = JSON.parse(watched);
    const ends = exprs.map((expr) => {
      const end = liveFeed.watch(expr, window.stepSeconds);
      // What was there before it was watched is what new points are added to.
      const known = cache.getQueryData<RangeAnswer>(rangeKey(expr, latest.current));
      if (known !== undefined && liveFeed.lines(expr, latest.current) === undefined)
        liveFeed.hold(expr, latest.current, known);
      return end;
    });
    return () => {
      for (const end of ends) end();
    };
  }, [isLive, enabled, watched, window.stepSeconds, cache]);
  // What was drawn stays while the aggregator is down.
  const lastGood = useRef<(RangeAnswer | undefined)[]>([]);
  const results = useQueries({
    queries: queries.map(({ expr }) => {
      const filled = fill(expr, window);
      return {
        queryKey: rangeKey(filled, window),
        initialData: () => begunRange(filled, window),
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const known = liveFeed.lines(filled, window);
          if (known !== undefined) return known;
          const answer = await queryRange(filled, window, signal);
          liveFeed.hold(filled, window, answer);
          return answer;
        },
        placeholderData: keepPreviousData,
        enabled,
      };
    }),
  });
  const answers = results.map(({ data }, index) => data ?? lastGood.current[index]);
  useEffect(() => {
    for (const [index, answer] of answers.entries()) lastGood.current[index] = answer;
  });
  return {
    window,
    lines: answers.flatMap((answer, index) =>
      (answer?.lines ?? []).map((line) => ({
        ...line,
        name: lineName(queries[index]?.legend ?? '', line.labels),
      })),
    ),
    warnings: answers.flatMap((answer) => answer?.warnings ?? []),
    isLoading: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}

/** Whether a panel's queries were asked before it was there: then it is one of the first in sight. */
export const areBegun = (queries: readonly PanelQuery[], window: TimeWindow): boolean =>
  queries.every(({ expr }) => isRangeBegun(fill(expr, window), window));
