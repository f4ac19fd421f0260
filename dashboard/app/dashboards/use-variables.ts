import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { type ResolvedVariable, resolveVariables } from '@tocsin/dashboard/files/resolve-variables.ts';
import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { labelValues } from '../api/prometheus.ts';
import { usePage } from '../page/page-context.ts';

const prefix = 'var-';

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
  const wanted = new Map<string, readonly string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (name.startsWith(prefix)) {
      const key = name.slice(prefix.length);
      wanted.set(key, [...(wanted.get(key) ?? []), value.slice(0, 500)]);
    }
  }
  const { data, error } = useQuery({
    queryKey: ['variables', variables, [...wanted], Math.floor(window.endMs / 60_000), window.fromMs === 0],
    queryFn: ({ signal }) =>
      resolveVariables(variables, wanted, (label, matcher) => labelValues(label, window, signal, matcher)),
    placeholderData: keepPreviousData,
  });
  const set = useCallback(
    (name: string, values: readonly string[]) => {
      const params = new URLSearchParams(location.search);
      params.delete(prefix + name);
      for (const value of values) params.append(prefix + name, value);
      void navigate({ pathname: location.pathname, search: params.toString() }, { replace: true });
    },
    [navigate],
  );
  return { resolved: variables.length === 0 ? [] : data, error, set };
}
