import { useQuery } from '@tanstack/react-query';
import { notifierAlerts, rulesAlerts } from '../api/alerts.ts';
import { usePage } from '../page/page-context.ts';
import { mergeAlerts, type PageAlert } from './alert.ts';

/** Alerts are asked for more often than charts: this is what the page is open for. */
const everyMs = 5_000;

export interface AlertsAnswer {
  readonly alerts: readonly PageAlert[];
  readonly isLoading: boolean;
  /** Neither API answered: nothing is known. */
  readonly isUnknown: boolean;
}

export function useAlerts(): AlertsAnswer {
  const { state } = usePage();
  const refetchInterval = state.refreshSeconds === 0 ? false : everyMs;
  const rules = useQuery({
    queryKey: ['alerts', 'rules'],
    queryFn: ({ signal }) => rulesAlerts(signal),
    refetchInterval,
  });
  const notifier = useQuery({
    queryKey: ['alerts', 'notifier'],
    queryFn: ({ signal }) => notifierAlerts(signal),
    refetchInterval,
  });
  return {
    alerts: mergeAlerts(rules.data ?? [], notifier.data ?? []),
    isLoading: rules.isPending && notifier.isPending,
    isUnknown: rules.isError && notifier.isError,
  };
}
