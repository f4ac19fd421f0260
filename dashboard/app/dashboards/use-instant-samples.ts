import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { queryInstant } from '../api/prometheus.ts';
import type { PanelQuery } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { fill } from '../promql/fill.ts';
import { lineName } from '../series/line.ts';

export interface NamedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Which of the panel's queries it is of. */
  readonly query: number;
}

export interface InstantSamples {
  readonly samples: readonly NamedSample[];
  readonly isLoading: boolean;
  readonly error: Error | null;
}

/** The values of a panel's queries at the end of the page's time. */
export function useInstantSamples(
  queries: readonly PanelQuery[],
  enabled: boolean,
  limit: number,
): InstantSamples {
  const { window } = usePage();
  const results = useQueries({
    queries: queries.map(({ expr }) => {
      const filled = fill(expr, window);
      return {
        queryKey: ['instant', filled, window.endMs, limit],
        queryFn: ({ signal }: { signal: AbortSignal }) => queryInstant(filled, window.endMs, signal, limit),
        placeholderData: keepPreviousData,
        enabled,
      };
    }),
  });
  return {
    samples: results.flatMap(({ data }, query) =>
      (data ?? []).map(({ labels, value }) => ({
        name: lineName(queries[query]?.legend ?? '', labels),
        labels,
        value,
        query,
      })),
    ),
    isLoading: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}
