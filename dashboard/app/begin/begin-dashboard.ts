import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { resolveVariables, valuesOf } from '@tocsin/dashboard/files/resolve-variables.ts';
import { parseAddress } from '../address/address.ts';
import { addressOf, ask } from '../api/ask.ts';
import { begunAnswers } from '../api/begun-answers.ts';
import { field, listOf } from '../api/json-fields.ts';
import { labelValues, rangeQuestion } from '../api/prometheus.ts';
import { wantedVariables } from '../dashboards/wanted-variables.ts';
import { fill } from '../promql/fill.ts';
import { firingQuery } from '../promql/firing-query.ts';
import { linesMax } from '../series/prometheus-lines.ts';
import { type TimeWindow, windowOf } from '../time/range.ts';
import { firstQueries } from './first-queries.ts';

/** A query that takes longer keeps the others waiting, and is asked by its own panel instead. */
const patienceMs = 2_000;
/** On a slow network the answers come one by one sooner than all of them. */
const giveUpMs = 6_000;
/** More than these are left to the panels. */
const queriesMax = 100;
const panelHeight = 250;
/** As far below the window's edge panels ask already. */
const reach = 400;

export interface Sight {
  readonly width: number;
  readonly height: number;
}

/** Asks what the panels in sight will ask for, in one request, before there is anything that could draw them. */
export async function beginDashboard(
  dashboard: Dashboard,
  search: string,
  nowMs: number,
  sight: Sight,
): Promise<void> {
  const { range } = parseAddress(search);
  const window = windowOf(range, range.kind === 'last' ? nowMs : 0);
  const signal = AbortSignal.timeout(giveUpMs);
  const resolved = await resolveVariables(dashboard.variables, wantedVariables(search), (label, matcher) =>
    labelValues(label, window, signal, matcher),
  );
  const panelsMax = (sight.width < 700 ? 1 : 3) * Math.ceil((sight.height + reach) / panelHeight);
  const exprs = [firingQuery, ...firstQueries(dashboard, valuesOf(resolved), panelsMax)];
  const filled = new Set(exprs.map((expr) => fill(expr, window)));
  beginRanges([...filled].slice(0, queriesMax), window, signal);
}

function beginRanges(exprs: readonly string[], window: TimeWindow, signal: AbortSignal): void {
  const body = JSON.stringify({
    start: window.fromMs / 1000,
    end: window.toMs / 1000,
    step: window.stepSeconds,
    limit: linesMax,
    timeout: `${patienceMs}ms`,
    queries: exprs.map((query) => ({ query })),
  });
  const answer = ask({ path: '/api/tocsin/v1/query_batch', signal, change: { method: 'POST', body } });
  for (const [index, expr] of exprs.entries()) {
    const own = answer.then((all) => {
      const result = listOf(field(field(all, 'data'), 'results'))[index];
      return field(result, 'status') === 'success' ? result : undefined;
    });
    begunAnswers.begin(addressOf(rangeQuestion(expr, window)), own);
  }
}
