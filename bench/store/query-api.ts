import type { Target } from '../target/target.ts';

/** A series of an answer: `value` of an instant query, `values` of a range, `[seconds, text]` each. */
export interface AnsweredSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Asks the Prometheus API; throws when the query fails. */
export async function ask(
  target: Target,
  endpoint: 'query' | 'query_range',
  parameters: Readonly<Record<string, string>>,
): Promise<readonly AnsweredSeries[]> {
  const address = `${target.url}/api/v1/${endpoint}?${new URLSearchParams(parameters)}${target.suffix}`;
  const response = await fetch(address, { headers: { 'Accept-Encoding': 'identity' } });
  const answer: ReturnType<typeof JSON.parse> = await response.json();
  if (answer.status !== 'success') {
    const { error, errorType } = answer;
    throw new Error(`${target.name} refused ${parameters['query']}: ${errorType} ${error}`);
  }
  return answer.data.result;
}

/** How many samples the metrics have in the `seconds` before the time given. */
export async function countSamples(
  target: Target,
  names: readonly string[],
  timeSeconds: number,
  seconds: number,
): Promise<number> {
  let total = 0;
  for (const name of names) {
    // A metric at a time: counting leaves the name out, and then two series may look the same.
    const query = `sum(count_over_time(${name}[${seconds}s]))`;
    const [counted] = await ask(target, 'query', { query, time: String(timeSeconds), timeout: '600s' });
    total += Number(counted?.value?.[1] ?? 0);
  }
  return total;
}
