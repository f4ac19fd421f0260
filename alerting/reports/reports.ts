import type { Panel } from '@tocsin/chart/panel/panel.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import type { Drawer } from '../graph/drawer.ts';
import { graphedExpression } from '../graph/graphed-expression.ts';
import { createNights } from '../history/nights.ts';
import type { RangeQuery } from '../history/range-query.ts';
import { seriesNames } from '../history/series-names.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Notifier } from '../notify/notifier.ts';
import { firingsOf } from '../quality/firings.ts';
import type { Quality } from '../quality/quality.ts';
import type { ReportImage } from '../receivers/integration.ts';
import type { Store } from '../store/store.ts';
import { firingPanel } from './firing-panel.ts';
import { cronExpression, lastPeriod, type Period } from './period.ts';
import type { ReportConfig, ReportGraph } from './report-config.ts';
import { reportHtml, reportText } from './report-text.ts';

/** Mails reports about a day, a week or a month when it is over. */
export interface Reports {
  /** Takes these into force, in place of others. */
  use(configs: readonly ReportConfig[]): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when no report is being made. */
  settled(): Promise<void>;
}

/** Calls at the moments of a cron expression until the returned function is. */
export type Schedule = (expression: string, timeZone: string, action: () => void) => Promise<() => void>;

export interface ReportsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Store;
  readonly notifier: Pick<Notifier, 'receivers' | 'wake'>;
  readonly quality: Quality;
  readonly query: RangeQuery;
  /** Without it, reports have no images. */
  readonly drawer?: Drawer;
  readonly externalUrl: string;
  readonly schedule: Schedule;
  readonly onOutcome: (outcome: 'queued' | 'failed') => void;
}

const SIZE = { width: 600, height: 260 };
const SCALE = 2;
const POINTS = 400;
const SERIES_MAX = 8;
/** A report that was missed, because nothing ran when it was due, is still of interest so long after. */
const LATE_MS = 2 * 86_400_000;
const LATE_LOOK_MS = 60_000;

export function createReports(deps: ReportsDeps): Reports {
  const { clock, store, log } = deps;
  let stops: readonly (() => void)[] = [];
  let working: Promise<void> = Promise.resolve();
  let abort = new AbortController();

  /** One after the other: nobody waits for a report. */
  const run = (config: ReportConfig): void => {
    const { signal } = abort;
    working = working.then(async () => {
      if (signal.aborted) return;
      try {
        await send(config, signal);
      } catch (error) {
        deps.onOutcome('failed');
        log.error({ err: error, report: config.title }, 'cannot make a report');
      }
    });
  };

  async function send(config: ReportConfig, signal: AbortSignal): Promise<void> {
    const period = lastPeriod(config, clock.now());
    if (clock.now() < period.dueMs || period.dueMs < knownSinceMs(config)) return;
    const key = `report:${JSON.stringify([config.every, config.title, period.name])}`;
    const integrations = (deps.notifier.receivers.get(config.receiver) ?? []).filter(
      ({ integration, name }) => integration.report && !store.outbox.lastTold(key, config.receiver, name),
    );
    if (integrations.length === 0) {
      if (!(deps.notifier.receivers.get(config.receiver) ?? []).some(({ integration }) => integration.report))
        throw new Error(`receiver ${config.receiver} has no email_configs`);
      return;
    }
    const mail = await write(config, period, signal);
    store.transaction(() => {
      for (const { name, integration } of integrations) {
        store.outbox.add({
          messageId: deps.random.uuid(),
          groupKey: key,
          receiver: config.receiver,
          integration: name,
          state: integration.cannotSend === null ? 'pending' : 'would_send',
          reason: `report of the ${config.every} from ${period.name}`,
          createdMs: clock.now(),
          dueMs: clock.now(),
          firing: [],
          resolved: [],
          status: 'resolved',
          ...integration.report!({ ...mail, receiver: config.receiver }),
          alerts: [],
          route: null,
        });
      }
    });
    deps.onOutcome('queued');
    deps.notifier.wake();
  }

  /** When this report was first asked for: what was due before is not made up for. */
  function knownSinceMs(config: ReportConfig): number {
    const key = `report ${JSON.stringify([config.every, config.title, config.receiver])}`;
    const known = store.meta(key);
    if (known !== null) return Math.max(Number(known), clock.now() - LATE_MS);
    store.setMeta(key, String(clock.now()));
    return clock.now();
  }

  async function write(config: ReportConfig, period: Period, signal: AbortSignal) {
    const { fromMs, toMs, name } = period;
    const { timeZone, title, graphs } = config;
    const quality = await deps.quality(fromMs, toMs, timeZone);
    const firings = firingsOf(store.eventsBetween(fromMs, toMs));
    const panels: readonly (readonly [string, () => Promise<Panel>])[] = [
      ['Alerts firing at once', async () => firingPanel(firings, period, createNights(timeZone))],
      ...graphs.map((graph) => [graph.title, () => graphPanel(graph, period, signal)] as const),
    ];
    const images: ReportImage[] = [];
    const missing: string[] = [];
    for (const [index, [panelTitle, panel]] of panels.entries()) {
      const png = await draw(panelTitle, panel, timeZone, signal);
      if (png) images.push({ id: `report-${name}-${index}@tocsin`, title: panelTitle, png });
      else missing.push(panelTitle);
    }
    const last = new Date(toMs - 1);
    const day = (time: Date | number) =>
      new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium' }).format(time);
    const when = config.every === 'day' ? day(fromMs) : `${day(fromMs)} to ${day(last)}`;
    const content = {
      title,
      period: `${when} (${timeZone})`,
      quality,
      images,
      missing,
      externalUrl: deps.externalUrl,
    };
    return {
      subject: `${title}: ${when}`,
      text: reportText(content),
      html: reportHtml(content),
      images,
      timeMs: clock.now(),
    };
  }

  async function draw(
    title: string,
    panel: () => Promise<Panel>,
    timeZone: string,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    if (!deps.drawer) return null;
    const limit = new AbortController();
    const timeout = clock.setTimeout(
      () => limit.abort(new Error('it took too long')),
      ALERTING_LIMITS.reportGraphMs,
    );
    try {
      const either = AbortSignal.any([signal, limit.signal]);
      return await deps.drawer.png(await panel(), { ...SIZE, timeZone }, SCALE, either);
    } catch (error) {
      log.warn({ err: error, graph: title }, 'a report goes out without a graph');
      return null;
    } finally {
      timeout.cancel();
    }
  }

  async function graphPanel(
    graph: ReportGraph,
    { fromMs, toMs }: Period,
    signal: AbortSignal,
  ): Promise<Panel> {
    const stepMs = Math.max(15_000, Math.ceil((toMs - fromMs) / POINTS / 1_000) * 1_000);
    const series = await deps.query({
      expression: graph.expression,
      fromMs,
      toMs,
      stepMs,
      timeoutMs: ALERTING_LIMITS.reportGraphMs,
      signal,
    });
    const shown = series.slice(0, SERIES_MAX);
    const names = seriesNames(shown);
    return {
      title: graph.title,
      subtitle: graph.expression.replace(/\s+/g, ' '),
      fromMs,
      toMs,
      unit: graphedExpression(graph.expression).unit,
      series: shown.map((each, i) => ({ ...each, name: names[i]! })),
      bands: [],
      thresholds: [],
      gapMs: stepMs * 1.5,
      emptyText: 'no data',
    };
  }

  return {
    async use(configs) {
      for (const stop of stops) stop();
      stops = await Promise.all(
        configs.map((config) => deps.schedule(cronExpression(config), config.timeZone, () => run(config))),
      );
      // What was due while nothing ran; the aggregator may be starting as well.
      const late = clock.setTimeout(() => configs.forEach(run), LATE_LOOK_MS, { keepAlive: false });
      stops = [...stops, () => late.cancel()];
      for (const config of configs) knownSinceMs(config);
    },
    async stop() {
      for (const stop of stops) stop();
      abort.abort(new Error('alerting is stopping'));
      await working;
      abort = new AbortController();
    },
    settled: () => working,
  };
}
