import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { interpolateQuery, type VariableValues } from '@tocsin/dashboard/files/interpolate.ts';
import { useMemo } from 'react';
import { queryRange } from '../api/prometheus.ts';
import { annotationBands, type Band } from '../chart/bands.ts';
import { usePage } from '../page/page-context.ts';
import { fill } from '../promql/fill.ts';

/** When a dashboard's annotations hold, for marking that on every chart. */
export function useAnnotations(
  annotations: Dashboard['annotations'],
  values: VariableValues,
  enabled: boolean,
): readonly Band[] {
  const { window } = usePage();
  const answers = useQueries({
    queries: annotations.map(({ expr }) => {
      const filled = fill(interpolateQuery(expr, values), window);
      return {
        queryKey: ['range', filled, window.fromMs, window.toMs],
        queryFn: ({ signal }: { signal: AbortSignal }) => queryRange(filled, window, signal),
        placeholderData: keepPreviousData,
        enabled,
      };
    }),
    combine: (results) => results.map(({ data }) => data?.lines),
  });
  return useMemo(
    () =>
      answers.flatMap((lines, index) => {
        const annotation = annotations[index];
        return lines === undefined || annotation === undefined
          ? []
          : annotationBands(lines, annotation.title, annotation.legend, window.stepSeconds);
      }),
    [answers, annotations, window.stepSeconds],
  );
}
