import { formatNumber } from '@tocsin/chart/units/format.ts';

/** One bar of a funnel. */
export interface FunnelStep {
  readonly label: string;
  readonly count: number;
  /** `1.2K · 64% of cart`: how many, and how many of the step before. */
  readonly note: string;
}

const labelLengthMax = 14;

const ends = /^(done|paid|complete|completed|finished|success|ordered|purchase|purchased|thank_?you)$/i;
const endRank = (name: string): number => (ends.test(name) ? 1 : 0);

/** Orders steps from many to few, which is the order people take them in, and works out the conversions. */
export function funnelSteps(
  counts: readonly { readonly name: string; readonly count: number }[],
): readonly FunnelStep[] {
  const steps = counts
    .filter(({ count }) => Number.isFinite(count))
    .sort((a, b) => b.count - a.count || endRank(a.name) - endRank(b.name) || (a.name < b.name ? -1 : 1));
  return steps.map(({ name, count }, index) => {
    const before = steps[index - 1];
    const share =
      before === undefined || before.count === 0 ? '' : ` · ${formatNumber((count / before.count) * 100)}%`;
    const label = name.length > labelLengthMax ? `${name.slice(0, labelLengthMax - 1)}…` : name;
    return { label, count, note: `${formatNumber(Math.round(count))}${share}` };
  });
}
