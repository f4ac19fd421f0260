import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { queryRange, type RangeAnswer } from '../api/prometheus.ts';
import type { PanelQuery } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { fill } from '../promql/fill.ts';
import { type Line, lineName } from '../series/line.ts';

export interface PanelLines {
  readonly lines: readonly Line[];
  readonly warnings: readonly string[];
  readonly isLoading: boolean;
  readonly error: Error | null;
}

/** All lines of a panel's queries, named by their legends. */
export function usePanelLines(queries: readonly PanelQuery[], enabled: boolean): PanelLines {
  const { window } = usePage();
  // What was drawn stays while the aggregator is down.
  const lastGood = useRef<(RangeAnswer | undefined)[]>([]);
  const results = useQueries({
    queries: queries.map(({ expr }) => {
      const filled = fill(expr, window);
      return {
        queryKey: ['range', filled, window.fromMs, window.toMs],
        queryFn: ({ signal }: { signal: AbortSignal }) => queryRange(filled, window, signal),
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
