import type { TargetStatus } from './target-loop.ts';

/** The targets in the form of Prometheus' `/api/v1/targets`, with its parameters `state` and `scrapePool`. */
export function targetsAnswer(statuses: readonly TargetStatus[], parameters: URLSearchParams): unknown {
  const pool = parameters.get('scrapePool') || null;
  // No target is ever dropped here.
  const isAskedFor = parameters.get('state')?.toLowerCase() !== 'dropped';
  const shown = statuses.filter(
    ({ target }) => isAskedFor && (pool === null || target.labels['job'] === pool),
  );
  const activeTargets = shown.map(({ target, health, lastError, lastScrapeMs, lastDurationMs }) => {
    const { url, labels, intervalMs, timeoutMs } = target;
    const { host, pathname, protocol } = new URL(url);
    return {
      discoveredLabels: {
        __address__: host,
        __metrics_path__: pathname,
        __scheme__: protocol.slice(0, -1),
        __scrape_interval__: `${intervalMs / 1_000}s`,
        __scrape_timeout__: `${timeoutMs / 1_000}s`,
        job: labels['job'],
      },
      labels,
      scrapePool: labels['job'],
      scrapeUrl: url,
      globalUrl: url,
      lastError,
      lastScrape: new Date(lastScrapeMs).toISOString(),
      lastScrapeDuration: lastDurationMs / 1_000,
      health,
      scrapeInterval: `${intervalMs / 1_000}s`,
      scrapeTimeout: `${timeoutMs / 1_000}s`,
    };
  });
  return { status: 'success', data: { activeTargets, droppedTargets: [], droppedTargetCounts: {} } };
}

/** The names of the scrape configurations, in the form of Prometheus' `/api/v1/scrape_pools`. */
export function scrapePoolsAnswer(statuses: readonly TargetStatus[]): unknown {
  const scrapePools = [...new Set(statuses.map(({ target }) => target.labels['job']))].sort();
  return { status: 'success', data: { scrapePools } };
}
