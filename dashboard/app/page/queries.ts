import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { AskError, health } from '../api/ask.ts';
import type { Health } from '../api/health.ts';
import { queryInstant, queryRange } from '../api/prometheus.ts';
import { fill } from '../promql/fill.ts';
import { usePage } from './page-context.ts';
import { useLastGood } from './use-last-good.ts';

/** Answers are dropped soon after nobody shows them: a page left open for days must not grow. */
const keptMs = 30_000;

export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        gcTime: keptMs,
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // What is down is asked again at the next refresh anyway; what is wrong stays wrong.
        retry: (failures, error) => failures < 1 && !(error instanceof AskError),
        networkMode: 'always',
      },
    },
  });

/** Lines of `expr` over the page's window. Keeps the last answer on screen while the next one comes. */
export function useRangeQuery(expr: string, enabled = true) {
  const { window } = usePage();
  const filled = fill(expr, window);
  const answer = useQuery({
    queryKey: ['range', filled, window.fromMs, window.toMs],
    queryFn: ({ signal }) => queryRange(filled, window, signal),
    placeholderData: keepPreviousData,
    enabled: enabled && expr !== '',
  });
  return { ...answer, data: useLastGood(answer.data) };
}

/** Values of `expr` at the end of the page's window. */
export function useInstantQuery(expr: string, enabled = true) {
  const { window } = usePage();
  const filled = fill(expr, window);
  const answer = useQuery({
    queryKey: ['instant', filled, window.endMs],
    queryFn: ({ signal }) => queryInstant(filled, window.endMs, signal),
    placeholderData: keepPreviousData,
    enabled: enabled && expr !== '',
  });
  return { ...answer, data: useLastGood(answer.data) };
}

export const useHealth = (): Health => useSyncExternalStore(health.subscribe, health.get);
