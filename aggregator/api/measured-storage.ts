import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { formatMatcher } from '@tocsin/protocol/promql/format.ts';
import type { Storage } from '@tocsin/query/storage.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';

/** What one selector of a query cost. */
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
  return {
    costs,
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
