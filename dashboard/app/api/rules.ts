import { ask } from './ask.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

export interface Rule {
  readonly kind: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly state: 'firing' | 'pending' | 'inactive' | '';
  readonly health: string;
  readonly lastError: string;
  readonly evaluationSeconds: number;
  /** NaN when it was never evaluated. */
  readonly evaluatedMs: number;
  readonly forSeconds: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly firing: number;
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly intervalSeconds: number;
  readonly evaluationSeconds: number;
  readonly rules: readonly Rule[];
}

/** All rule groups: from alerting itself, or behind the aggregator where alerting is another product. */
export async function ruleGroups(signal: AbortSignal): Promise<readonly RuleGroup[]> {
  const body = await ask({ path: '/alerting/api/v1/rules', signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return ask({ path: '/api/v1/rules', signal });
  });
  return listOf(field(field(body, 'data'), 'groups')).map((group) => ({
    name: textOf(field(group, 'name')),
    file: textOf(field(group, 'file')),
    intervalSeconds: Number(field(group, 'interval') ?? 0),
    evaluationSeconds: Number(field(group, 'evaluationTime') ?? 0),
    rules: listOf(field(group, 'rules')).map(ruleOf),
  }));
}

const states = ['firing', 'pending', 'inactive'] as const;

function ruleOf(rule: unknown): Rule {
  const evaluatedMs = Date.parse(textOf(field(rule, 'lastEvaluation')));
  return {
    kind: field(rule, 'type') === 'recording' ? 'recording' : 'alerting',
    name: textOf(field(rule, 'name')),
    query: textOf(field(rule, 'query')),
    state: states.find((state) => state === field(rule, 'state')) ?? '',
    health: textOf(field(rule, 'health')),
    lastError: textOf(field(rule, 'lastError')),
    evaluationSeconds: Number(field(rule, 'evaluationTime') ?? 0),
    // Go's zero time means never.
    evaluatedMs: evaluatedMs > 0 ? evaluatedMs : Number.NaN,
    forSeconds: Number(field(rule, 'duration') ?? 0),
    labels: labelsOf(field(rule, 'labels')),
    annotations: labelsOf(field(rule, 'annotations')),
    firing: listOf(field(rule, 'alerts')).filter((alert) => field(alert, 'state') === 'firing').length,
  };
}
