import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { type ResolvedVariable, resolveVariables } from '@tocsin/dashboard/files/resolve-variables.ts';
import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { labelValues } from '../api/prometheus.ts';
import { usePage } from '../page/page-context.ts';
import { wantedVariables, withVariable } from './wanted-variables.ts';

export interface Variables {
  /** Undefined until it is known what there is to choose. */
  readonly resolved: readonly ResolvedVariable[] | undefined;
  readonly error: Error | null;
  readonly set: (name: string, values: readonly string[]) => void;
}

/** The variables of a dashboard, chosen in the address as `var-NAME=VALUE`. */
export function useVariables(variables: Dashboard['variables']): Variables {
  const { window } = usePage();
  const { search } = useLocation();
  const navigate = useNavigate();
  const wanted = wantedVariables(search);
  const { data, error } = useQuery({
    queryKey: ['variables', variables, [...wanted], Math.floor(window.endMs / 60_000), window.fromMs === 0],
    queryFn: ({ signal }) =>
      resolveVariables(variables, wanted, (label, matcher) => labelValues(label, window, signal, matcher)),
    placeholderData: keepPreviousData,
  });
  const set = useCallback(
    (name: string, values: readonly string[]) => {
      const { pathname, search: now } = location;
      void navigate({ pathname, search: withVariable(now, name, values) }, { replace: true });
    },
    [navigate],
  );
  return { resolved: variables.length === 0 ? [] : data, error, set };
}
