import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { metricMetadata, metricNames, seriesOf } from '../api/prometheus.ts';
import type { Discovery } from '../layout/arrange.ts';
import type { TimeWindow } from '../time/range.ts';
import { usePage } from './page-context.ts';
import { useLastGood } from './use-last-good.ts';

/** New metrics are looked for this often; names change seldom, and the question is not free. */
const everySeconds = 60;
/** A service that reported within this time is shown also when the window itself is shorter. */
const reachSecondsMin = 900;

export interface DiscoveryAnswer {
  readonly discovery: Discovery | undefined;
  readonly error: Error | null;
}

/** What the aggregator holds in (about) the page's time. */
export function useDiscovery(): DiscoveryAnswer {
  const { window } = usePage();
  const slow = slowWindow(window);
  const { data, error } = useQuery({
    queryKey: ['discovery', slow.fromMs, slow.toMs],
    queryFn: ({ signal }) => discover(slow, signal),
    placeholderData: keepPreviousData,
    // Started when the aggregator was not there yet, the page must find its metrics as soon as it is.
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : everySeconds * 1000),
  });
  return { discovery: useLastGood(data), error };
}

async function discover(window: TimeWindow, signal: AbortSignal): Promise<Discovery> {
  const names = (matcher: string) => metricNames(matcher, window, signal);
  const series = (matcher: string) => seriesOf(matcher, window, signal);
  const [all, business, usage, system, metadata, businessSeries, usageSeries] = await Promise.all([
    names(''),
    names('{layer="business"}'),
    names('{layer="usage"}'),
    names('{layer="system"}'),
    metricMetadata(signal),
    series('{layer="business"}'),
    series('{layer="usage",le=""}'),
  ]);
  return {
    names: { all, business, usage, system },
    metadata,
    series: { business: businessSeries, usage: usageSeries },
  };
}

/** Moves in steps of a minute, so that the page's refresh does not ask anew each time. */
function slowWindow(window: TimeWindow): TimeWindow {
  const minuteMs = everySeconds * 1000;
  const toMs = Math.ceil(window.toMs / minuteMs) * minuteMs;
  const fromMs = Math.min(Math.floor(window.fromMs / minuteMs) * minuteMs, toMs - reachSecondsMin * 1000);
  return { fromMs, toMs, stepSeconds: everySeconds, endMs: toMs };
}
