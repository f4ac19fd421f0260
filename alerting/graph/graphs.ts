import { DEFAULT_PANEL_OPTIONS, type Panel } from '@tocsin/chart/panel/panel.ts';
import { getLabel, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { orAborted } from '@tocsin/runtime/or-aborted.ts';
import type { RangeQuery } from '../history/range-query.ts';
import { seriesNames } from '../history/series-names.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Drawer } from './drawer.ts';
import type { GraphRequest } from './graph-request.ts';
import { graphedExpression } from './graphed-expression.ts';

/** The images that messages carry. */
export interface Graphs {
  /**
   * PNGs by the requests' ids. Never rejects and takes a bounded time: what could not be asked or drawn until then is missing, for
   * no page waits for its picture.
   */
  draw(requests: readonly GraphRequest[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
}

export interface GraphsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly query: RangeQuery;
  readonly drawer: Drawer;
  readonly onOutcome: (outcome: 'drawn' | 'empty' | 'failed') => void;
}

/** Pixels for each of the image's own, so that it is sharp on a telephone. */
const SCALE = 2;
const SIZE = { width: 600, height: 280 };
const POINTS = 240;
const STEP_MIN_MS = 15_000;
const SERIES_MAX = 10;
/** Images kept for a second receiver of the same group, and for a second attempt. */
const KEPT = 30;

export function createGraphs(deps: GraphsDeps): Graphs {
  const kept = new Map<string, Uint8Array>();

  const drawOne = async (request: GraphRequest, signal: AbortSignal): Promise<Uint8Array | null> => {
    const known = kept.get(request.id);
    if (known) return known;
    const panel = await panelOf(request, deps.query, signal);
    if (!panel) {
      deps.onOutcome('empty');
      return null;
    }
    const png = await deps.drawer.png(panel, { ...DEFAULT_PANEL_OPTIONS, ...SIZE }, SCALE, signal);
    kept.set(request.id, png);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    deps.onOutcome('drawn');
    return png;
  };

  return {
    async draw(requests, signal) {
      const images = new Map<string, Uint8Array>();
      if (requests.length === 0) return images;
      const limit = new AbortController();
      const timeout = deps.clock.setTimeout(
        () => limit.abort(new Error(`not done within ${ALERTING_LIMITS.graphsTimeMs} ms`)),
        ALERTING_LIMITS.graphsTimeMs,
      );
      const either = AbortSignal.any([signal, limit.signal]);
      try {
        await Promise.all(
          requests.map(async (request) => {
            try {
              const png = await orAborted(drawOne(request, either), either);
              if (png) images.set(request.id, png);
            } catch (error) {
              deps.onOutcome('failed');
              deps.log.warn({ err: error, alert: request.title }, 'a message goes out without its graph');
            }
          }),
        );
      } finally {
        timeout.cancel();
      }
      return images;
    },
  };
}

/** Null when nothing is known of it. */
async function panelOf(request: GraphRequest, query: RangeQuery, signal: AbortSignal): Promise<Panel | null> {
  const { expression, unit, threshold } = graphedExpression(request.expression);
  const { fromMs, toMs, title, firing } = request;
  const stepMs = Math.max(STEP_MIN_MS, Math.ceil((toMs - fromMs) / POINTS / 1_000) * 1_000);
  const all = await query({
    expression,
    fromMs,
    toMs,
    stepMs,
    timeoutMs: ALERTING_LIMITS.graphsTimeMs,
    signal,
    maxAnswerBytes: ALERTING_LIMITS.graphAnswerBytes,
  });
  const known = all.filter(({ values }) => values.some(Number.isFinite));
  if (known.length === 0) return null;
  const own = known.filter(({ labels }) => request.labels.some((alert) => isOf(labels, alert)));
  const shown = (own.length > 0 ? own : known).slice(0, SERIES_MAX);
  const names = seriesNames(shown);
  return {
    title,
    subtitle: expression.replace(/\s+/g, ' '),
    fromMs,
    toMs,
    unit,
    series: shown.map((series, i) => ({ ...series, name: names[i]! })),
    bands: [
      {
        ...firing,
        tone: firing.toMs === null ? 'firing' : 'neutral',
        label: firing.toMs === null ? 'firing' : 'fired',
      },
    ],
    thresholds: threshold ? [threshold] : [],
    gapMs: stepMs * 1.5,
    emptyText: '',
  };
}

/** Whether the alert has all labels of the series: comparisons keep them. */
function isOf(series: Labels, alert: Labels): boolean {
  for (let i = 0; i < series.length; i += 2) {
    if (series[i] !== METRIC_NAME && getLabel(alert, series[i]!) !== series[i + 1]) return false;
  }
  return true;
}
