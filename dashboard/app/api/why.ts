import { ask } from './ask.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

export interface WhyStep {
  readonly atMs: number;
  readonly stage: string;
  readonly text: string;
}

/** The chain of one alert from its samples to what a provider answered. */
export interface Why {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
  readonly rule:
    | {
        readonly name: string;
        readonly file: string;
        readonly line: number;
        readonly group: string;
        readonly expression: string;
        readonly forSeconds: number;
        readonly value: string;
      }
    | undefined;
  readonly steps: readonly WhyStep[];
  /** How things stand now: which routes take it, what holds it back. */
  readonly now: unknown;
}

/** Why an alert was notified or not; undefined when nothing is known of it. */
export async function whyAlert(fingerprint: string, signal: AbortSignal): Promise<Why | undefined> {
  const params: [string, string][] = [['fingerprint', fingerprint]];
  const body = await ask({ path: '/alerting/api/tocsin/v1/why', params, signal });
  const alert = listOf(field(field(body, 'data'), 'alerts'))[0];
  if (alert === undefined) return undefined;
  const rule = field(alert, 'rule');
  return {
    fingerprint: textOf(field(alert, 'fingerprint')),
    labels: labelsOf(field(alert, 'labels')),
    annotations: labelsOf(field(alert, 'annotations')),
    state: textOf(field(alert, 'state')),
    rule:
      rule === undefined || rule === null
        ? undefined
        : {
            name: textOf(field(rule, 'name')),
            file: textOf(field(rule, 'file')),
            line: Number(field(rule, 'line') ?? 0),
            group: textOf(field(rule, 'group')),
            expression: textOf(field(rule, 'expression')),
            forSeconds: Number(field(rule, 'for') ?? 0),
            value: textOf(field(rule, 'value')),
          },
    steps: listOf(field(alert, 'steps')).map((step) => ({
      atMs: Date.parse(textOf(field(step, 'at'))),
      stage: textOf(field(step, 'stage')),
      text: textOf(field(step, 'text')),
    })),
    now: field(alert, 'now'),
  };
}
