import { formatDurationMs } from '@tocsin/protocol/durations/duration.ts';
import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { formatExpr } from '@tocsin/protocol/promql/format.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import type { PlainRule, Refuse } from './plain-rule.ts';
import { NO_ADDITIONS } from './rule-additions.ts';
import type { RuleSource } from './rule-schema.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BUDGET_WINDOW_MS = 30 * DAY_MS;
const ALERT_NAME = 'SLOErrorBudgetBurn';

interface Burn {
  /** The part of the budget that is gone when an alert of this window begins. */
  readonly budgetShare: number;
  readonly longMs: number;
  /** Of the long window a twelfth: an alert ends soon after the errors do. */
  readonly shortMs: number;
}

// Google, The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", table 5-8.
const PAGE: readonly Burn[] = [
  { budgetShare: 0.02, longMs: HOUR_MS, shortMs: 5 * MINUTE_MS },
  { budgetShare: 0.05, longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS },
];
const TICKET: readonly Burn[] = [
  { budgetShare: 0.1, longMs: DAY_MS, shortMs: 2 * HOUR_MS },
  { budgetShare: 0.1, longMs: 3 * DAY_MS, shortMs: 6 * HOUR_MS },
];
const STEP_MS = 5 * MINUTE_MS;

// Sloth's names, which dashboards for objectives know.
const ERROR_RATIO = 'slo:sli_error:ratio_rate';
const NAME_LABEL = 'slo';
const NOTHING = { labels: {}, annotations: {} } as const;

/**
 * An `slo` entry as the recording and alerting rules of multi-window, multi-burn-rate alerts: error ratios over
 * each window, the budget that is left, a page and a ticket.
 */
export function expandSlo(source: RuleSource, refuse: Refuse): readonly PlainRule[] {
  const objective = objectiveOf(source, refuse);
  const budget = decimalText(1 - objective);
  const windowMs = source.window ?? BUDGET_WINDOW_MS;
  const longestMs = TICKET.at(-1)!.longMs;
  if (windowMs <= longestMs)
    refuse(['window'], `the budget's window must be longer than ${formatDurationMs(longestMs)}`);
  const counters = countersOf(source, refuse);
  const name = source.slo ?? '';
  const labels = { ...source.labels, [NAME_LABEL]: name };
  const burnsOf = (burns: readonly Burn[]) => reachable(burns, windowMs, 1 - objective);
  const burns = [...burnsOf(PAGE), ...burnsOf(TICKET)];
  if (burns.length === 0) {
    refuse(
      ['objective'],
      `with ${source.objective}% over ${formatDurationMs(windowMs)} even a whole outage burns the budget too slowly to alert; watch the ratio with above: instead`,
    );
  }
  const spans = new Set([STEP_MS, ...burns.flatMap(({ longMs, shortMs }) => [shortMs, longMs])]);
  const record = (metric: string, expression: string): PlainRule => ({
    kind: 'recording',
    name: metric,
    expression,
    forMs: 0,
    keepFiringForMs: 0,
    labels,
    annotations: {},
    additions: NO_ADDITIONS,
    ownPath: null,
  });
  const self = `{${NAME_LABEL}=${JSON.stringify(name)}}`;
  const rules = [...spans]
    .sort((a, b) => a - b)
    .map((spanMs) => record(ratioName(spanMs), counters.errorRatio(formatDurationMs(spanMs))));
  // Over the budget's whole window the events are added up from what is recorded here: raw samples may not reach back so far.
  const window = formatDurationMs(windowMs);
  rules.push(
    record('slo:sli_errors:rate5m', counters.errors(formatDurationMs(STEP_MS))),
    record('slo:sli_total:rate5m', counters.total(formatDurationMs(STEP_MS))),
    record(
      `${ERROR_RATIO}${window}`,
      `sum_over_time(slo:sli_errors:rate5m${self}[${window}]) / (sum_over_time(slo:sli_total:rate5m${self}[${window}]) > 0)`,
    ),
    record('slo:objective:ratio', `vector(${decimalText(objective)})`),
    record('slo:error_budget:ratio', `vector(${budget})`),
    record('slo:current_burn_rate:ratio', `${ratioName(STEP_MS)}${self} / ${budget}`),
    record('slo:period_error_budget_remaining:ratio', `1 - ${ERROR_RATIO}${window}${self} / ${budget}`),
  );

  const enough = (longMs: number): string => {
    if (source.min_errors === undefined || source.min_errors === 0) return '';
    const events = `${counters.errors(formatDurationMs(longMs))} * ${longMs / 1000}`;
    // What is recorded has labels beyond those of the sum.
    return ` and on (${(source.by ?? []).join(', ')}) ${events} >= ${source.min_errors}`;
  };
  const alert = (kind: 'page' | 'ticket', burns: readonly Burn[], rank: number, severity: string) => {
    const own = source[kind] ?? NOTHING;
    const parts = burns.map(({ budgetShare, longMs, shortMs }) => {
      const limit = decimalText(((budgetShare * windowMs) / longMs) * (1 - objective));
      const over = (spanMs: number) => `${ratioName(spanMs)}${self} > ${limit}`;
      return `(${over(longMs)} and ${over(shortMs)}${enough(longMs)})`;
    });
    return {
      kind: 'alerting',
      name: source.alert ?? ALERT_NAME,
      expression: parts.join('\nor\n'),
      forMs: 0,
      keepFiringForMs: 0,
      labels: { severity, ...labels, ...own.labels },
      annotations: {
        summary: `${escaped(name)} burns its error budget ${kind === 'page' ? 'fast' : 'faster than it lasts'}`,
        description: `{{ $value | humanizePercentage }} of the events are bad; the objective is ${source.objective}% good over ${window}.`,
        ...source.annotations,
        ...own.annotations,
      },
      additions: {
        ...NO_ADDITIONS,
        urgent: source.urgent ?? false,
        ladder: {
          rank,
          labels: [
            'severity',
            ...[source.page, source.ticket].flatMap((keys) => Object.keys(keys?.labels ?? {})),
          ],
        },
      },
      ownPath: [kind],
    } satisfies PlainRule;
  };
  const page = burnsOf(PAGE);
  const ticket = burnsOf(TICKET);
  if (page.length > 0) rules.push(alert('page', page, 1, 'critical'));
  if (ticket.length > 0) rules.push(alert('ticket', ticket, 0, 'warning'));
  return rules;
}

/** Rates of events over a window, from the counters. */
interface Counters {
  errors(window: string): string;
  total(window: string): string;
  errorRatio(window: string): string;
}

function countersOf(source: RuleSource, refuse: Refuse): Counters {
  if (source.total === undefined) refuse([], 'needs total:, the counter of all events');
  if ((source.errors === undefined) === (source.good === undefined))
    refuse([], 'needs either errors: or good:, the counter of the bad or of the good events');
  const counted = source.errors === undefined ? 'good' : 'errors';
  const rate = (key: 'total' | 'errors' | 'good') => {
    const selector = counter(source[key] ?? '', key, refuse);
    const grouping = groupingOf(source, refuse);
    return (window: string) => `sum${grouping}(rate(${selector}[${window}]))`;
  };
  const total = rate('total');
  const some = rate(counted);
  // A counter of errors may not be there before its first one.
  const known = (window: string) => `(${some(window)} or 0 * ${total(window)})`;
  const errors = (window: string) =>
    counted === 'errors' ? known(window) : `(${total(window)} - ${known(window)})`;
  return {
    errors,
    total,
    // No events, no ratio: nothing divided by nothing would be no number for as long as it lasts.
    errorRatio: (window) => `${errors(window)} / (${total(window)} > 0)`,
  };
}

function groupingOf(source: RuleSource, refuse: Refuse): string {
  if (!source.by || source.by.length === 0) return '';
  for (const name of source.by) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) refuse(['by'], `"${name}" is not a label to sum by`);
  }
  return ` by (${source.by.join(', ')}) `;
}

function counter(text: string, key: string, refuse: Refuse): string {
  let expr: Expr;
  try {
    expr = parseExpr(text.trim());
  } catch (error) {
    return refuse([key], `${key} does not parse: ${error instanceof Error ? error.message : error}`);
  }
  if (expr.kind !== 'selector' || expr.offset !== null || expr.at !== null || expr.extension !== null)
    refuse(
      [key],
      `${key} must be a counter: http_requests_total{job="shop"}, without rate() and without [5m]`,
    );
  return formatExpr(expr);
}

function objectiveOf(source: RuleSource, refuse: Refuse): number {
  if (source.objective === undefined) return refuse([], 'needs objective:, in per cent: 99.9');
  const percent = Number(source.objective);
  if (!(percent > 0 && percent < 100))
    refuse(['objective'], `an objective lies between 0 and 100 per cent; 100 leaves no budget`);
  return percent / 100;
}

/** Windows whose limit an error ratio, which is never above 1, can pass. */
function reachable(burns: readonly Burn[], windowMs: number, budget: number): readonly Burn[] {
  return burns.filter(({ budgetShare, longMs }) => ((budgetShare * windowMs) / longMs) * budget < 1);
}

function ratioName(spanMs: number): string {
  return `${ERROR_RATIO}${formatDurationMs(spanMs)}`;
}

/** Without the last digits, which come of dividing by a hundred: 0.001 and not 0.0010000000000000009. */
function decimalText(value: number): string {
  return String(Number(value.toPrecision(12)));
}

function escaped(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
