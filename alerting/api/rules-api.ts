import { labelsFromObject, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { formatExpr } from '@tocsin/protocol/promql/format.ts';
import { parseExpr, parseSelector } from '@tocsin/protocol/promql/parse.ts';
import { NO_ADDITIONS, type RuleAdditions } from '@tocsin/rules/rule-file/rule-additions.ts';
import type { ActiveAlert } from '@tocsin/rules/state/active-alert.ts';
import { formatFloat } from '@tocsin/rules/template/float.ts';
import type { Router } from 'express';
import type { GroupRuntime, RuleRuntime } from '../evaluation/rule-runtime.ts';
import { matchesAll } from '../routing/route.ts';
import type { ApiDeps } from './api-deps.ts';
import { ApiError } from './api-error.ts';
import { booleanParameter, parametersOf, wholeParameter } from './request-parameters.ts';

/** Prometheus' /api/v1/rules and /api/v1/alerts. */
export function mountRules(router: Router, deps: ApiDeps): void {
  router.get('/api/v1/rules', (request, response) => {
    const parameters = parametersOf(request);
    const choose = ruleFilter(parameters);
    const withAlerts = !booleanParameter(parameters, 'exclude_alerts', false);
    const groups = deps.engine.groups
      .filter(
        ({ group }) =>
          among(parameters.getAll('rule_group[]'), group.name) &&
          among(parameters.getAll('file[]'), group.file),
      )
      .map((group) => ({ group, rules: group.rules.filter(choose) }))
      .filter(({ rules }) => rules.length > 0 || !parameters.size)
      .map(({ group, rules }) => groupJson(group, rules, withAlerts));
    response.json({ status: 'success', data: page(groups, parameters) });
  });

  router.get('/api/v1/alerts', (_request, response) => {
    const alerts = deps.engine.groups.flatMap((group) => group.rules.flatMap((runtime) => alertsOf(runtime)));
    response.json({ status: 'success', data: { alerts } });
  });
}

type GroupJson = ReturnType<typeof groupJson>;

/** Groups in pages, when the client asks for pages. */
function page(groups: readonly GroupJson[], parameters: URLSearchParams) {
  const limit = wholeParameter(parameters, 'group_limit', 0, 1_000_000);
  const token = parameters.get('group_next_token');
  if (limit === 0) {
    if (token !== null)
      throw new ApiError(
        400,
        'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
      );
    return { groups };
  }
  const tokenOf = (group: GroupJson) => Buffer.from(`${group.file};${group.name}`).toString('hex');
  const start = token === null ? 0 : groups.findIndex((group) => tokenOf(group) === token);
  if (start < 0)
    throw new ApiError(
      400,
      `invalid parameter "group_next_token": invalid group_next_token '${token}'. were rule groups changed?`,
    );
  const next = groups[start + limit];
  const shown = groups.slice(start, start + limit);
  return next ? { groups: shown, groupNextToken: tokenOf(next) } : { groups: shown };
}

function ruleFilter(parameters: URLSearchParams): (runtime: RuleRuntime) => boolean {
  const type = (parameters.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    throw new ApiError(400, `invalid parameter "type": not supported value "${type}"`);
  const names = parameters.getAll('rule_name[]');
  let selectors: readonly (readonly CompiledMatcher[])[];
  try {
    selectors = parameters.getAll('match[]').map((text) => parseSelector(text).map(compileMatcher));
  } catch (error) {
    throw new ApiError(400, `invalid parameter "match[]": ${error instanceof Error ? error.message : error}`);
  }
  return ({ rule }) => {
    if (type === 'alert' && rule.kind !== 'alerting') return false;
    if (type === 'record' && rule.kind !== 'recording') return false;
    if (!among(names, rule.name)) return false;
    const labels = labelsFromObject({ ...rule.labels });
    return selectors.length === 0 || selectors.some((matchers) => matchesAll(matchers, labels));
  };
}

function among(wanted: readonly string[], name: string): boolean {
  return wanted.length === 0 || wanted.includes(name);
}

function groupJson(
  { group, intervalMs, evaluatedMs, evaluationSeconds }: GroupRuntime,
  rules: readonly RuleRuntime[],
  withAlerts: boolean,
) {
  return {
    name: group.name,
    file: group.file,
    rules: rules.map((runtime) => ruleJson(runtime, withAlerts)),
    interval: intervalMs / 1000,
    limit: group.limit,
    evaluationTime: evaluationSeconds,
    lastEvaluation: timeText(evaluatedMs),
  };
}

function ruleJson(runtime: RuleRuntime, withAlerts: boolean) {
  const { rule } = runtime;
  const evaluated = {
    health: runtime.health,
    ...(runtime.lastError === '' ? {} : { lastError: runtime.lastError }),
    evaluationTime: runtime.evaluationSeconds,
    lastEvaluation: timeText(runtime.evaluatedMs),
  };
  if (rule.kind === 'recording') {
    return {
      name: rule.name,
      query: normalForm(rule.expression),
      labels: rule.labels,
      ...evaluated,
      type: 'recording',
    };
  }
  return {
    state: stateOf(runtime),
    name: rule.name,
    query: normalForm(rule.expression),
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels: rule.labels,
    annotations: rule.annotations,
    // As Prometheus leaves them out.
    alerts: withAlerts ? alertsOf(runtime) : null,
    ...evaluated,
    type: 'alerting',
    ...additionsJson(rule.additions),
  };
}

/** What the rule does beyond Prometheus'; nothing for a rule that does not. */
function additionsJson({ recovery, noData, onError, ladder, failuresOf, urgent }: RuleAdditions) {
  const additions = {
    ...(recovery ? { recovery: { [recovery.direction]: recovery.limit } } : {}),
    ...(noData ? { noDataState: noData.state } : {}),
    ...(onError === NO_ADDITIONS.onError ? {} : { errorState: onError }),
    ...(ladder ? { severityRank: ladder.rank } : {}),
    ...(failuresOf === null ? {} : { aboutFailures: true }),
    ...(urgent ? { urgent } : {}),
  };
  return Object.keys(additions).length === 0 ? {} : { additions };
}

/** As Prometheus shows a rule's expression, whatever its author's blanks and comments. */
function normalForm(expression: string): string {
  return formatExpr(parseExpr(expression));
}

function stateOf({ state }: RuleRuntime): 'firing' | 'pending' | 'inactive' {
  const states = new Set([...state.values()].map((alert) => alert.state));
  if (states.has('firing')) return 'firing';
  return states.has('pending') ? 'pending' : 'inactive';
}

function alertsOf({ state }: RuleRuntime) {
  return [...state.values()].filter((alert) => alert.state !== 'inactive').map(activeJson);
}

function activeJson(alert: ActiveAlert) {
  return {
    labels: labelsToObject(alert.labels),
    annotations: alert.annotations,
    state: alert.state,
    activeAt: timeText(alert.activeAtMs),
    ...(alert.keepFiringSinceMs === null ? {} : { keepFiringSince: timeText(alert.keepFiringSinceMs) }),
    value: formatFloat(alert.value, 'e', -1),
  };
}

/** Go's zero time where there is none. */
function timeText(timeMs: number): string {
  return timeMs === 0 ? '0001-01-01T00:00:00Z' : new Date(timeMs).toISOString();
}
