import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { formatExpr, formatMatcher } from '@tocsin/protocol/promql/format.ts';
import { exprOf, type Fragment } from '@tocsin/query/shards/fragment.ts';
import type { Storage } from '@tocsin/query/storage.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';

/** What one selector of a query cost, or a part of the query that the shards worked out. */
export interface SelectionCost {
  readonly selector: string;
  readonly series: number;
  readonly samples: number;
  /** Until the storage had them all; selectors may be read at the same time. */
  readonly seconds: number;
}

/** A storage that notes what each selection cost, for `stats`. */
export function measureStorage(
  storage: Storage,
  clock: Pick<Clock, 'monotonic'>,
): Storage & { readonly costs: readonly SelectionCost[] } {
  const costs: SelectionCost[] = [];
  const { evaluate } = storage;
  return {
    costs,
    ...(evaluate && {
      async evaluate(fragment: Fragment, signal: AbortSignal) {
        const startMs = clock.monotonic();
        const answers = await evaluate(fragment, signal);
        const sum = (key: 'seriesSelected' | 'samplesQueried'): number =>
          answers.reduce((total, { cost }) => total + cost[key], 0);
        costs.push({
          selector: formatExpr(exprOf(fragment)),
          series: sum('seriesSelected'),
          samples: sum('samplesQueried'),
          seconds: (clock.monotonic() - startMs) / 1_000,
        });
        return answers;
      },
    }),
    async select(selection, signal) {
      const startMs = clock.monotonic();
      const found = await storage.select(selection, signal);
      let samples = 0;
      for (const { timestampsMs } of found) samples += timestampsMs.length;
      const seconds = (clock.monotonic() - startMs) / 1_000;
      costs.push({ selector: selectorText(selection.matchers), series: found.length, samples, seconds });
      return found;
    },
  };
}

function selectorText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(formatMatcher).join(',')}}`;
}
