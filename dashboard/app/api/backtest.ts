import { ask } from './ask.ts';
import { field, listOf, textOf } from './json-fields.ts';

/** Whom a rule would have told. */
export interface BacktestReport {
  readonly fired: number;
  readonly dropped: number;
  readonly firingSeconds: number;
  readonly error: string;
  readonly receivers: readonly {
    readonly name: string;
    readonly messages: number;
    readonly atNight: number;
    readonly nightsDisturbed: number;
  }[];
  readonly warnings: readonly string[];
}

/** What the rules of `ruleText` would have done and sent between two moments (ms), with the routing in force. */
export async function backtest(ruleText: string, fromMs: number, toMs: number): Promise<BacktestReport> {
  const body = await ask({
    path: '/alerting/api/tocsin/v1/backtest',
    change: {
      method: 'POST',
      body: JSON.stringify({
        rules: ruleText,
        from: fromMs / 1000,
        to: toMs / 1000,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    },
  });
  const data = field(body, 'data');
  const rules = listOf(field(data, 'rules'));
  const sum = (name: string) => rules.reduce<number>((all, rule) => all + Number(field(rule, name) ?? 0), 0);
  return {
    fired: sum('fired'),
    dropped: sum('dropped'),
    firingSeconds: sum('firingSeconds'),
    error: textOf(rules.map((rule) => field(rule, 'error')).find((error) => typeof error === 'string')),
    receivers: listOf(field(data, 'receivers')).map((one) => ({
      name: textOf(field(one, 'name')),
      messages: Number(field(one, 'messages') ?? 0),
      atNight: Number(field(one, 'atNight') ?? 0),
      nightsDisturbed: Number(field(one, 'nightsDisturbed') ?? 0),
    })),
    warnings: listOf(field(data, 'warnings')).map(textOf),
  };
}
