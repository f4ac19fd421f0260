/** How a line behaved in an interval against the time before it. */
export interface Movement {
  /** How unusual it is: deviations of what it usually does; 3 is odd, 10 is obvious. */
  readonly score: number;
  readonly before: number;
  readonly during: number;
  readonly kind: 'rose' | 'fell' | 'appeared' | 'vanished' | 'unsteady';
}

const pointsMin = 4;
/** A line that never changes would make the least change infinitely unusual; this share of its value is nothing to speak of. */
const quietShare = 0.03;
const scoreMax = 1000;
/** What was not there at all stands above any change of what was. */
const appearedScore = 25;

/**
 * How unusual the points from `fromSeconds` through `toSeconds` are, against those before: the distance of the medians in
 * deviations (median of the distances from the median, so that single spikes before do not hide a change), or that of the worst
 * points when the median stayed. Undefined when there is too little to tell. Costs a sort of the points.
 */
export function movementOf(
  times: readonly number[],
  values: readonly number[],
  fromSeconds: number,
  toSeconds: number,
): Movement | undefined {
  const before: number[] = [];
  const during: number[] = [];
  for (const [index, time] of times.entries()) {
    const value = values[index];
    if (value === undefined || !Number.isFinite(value)) continue;
    if (time < fromSeconds) before.push(value);
    else if (time <= toSeconds) during.push(value);
  }
  if (before.length < pointsMin) {
    return during.length >= pointsMin && before.length === 0 && during.some((value) => value !== 0)
      ? { score: appearedScore, before: 0, during: median(during), kind: 'appeared' }
      : undefined;
  }
  const usual = median(before);
  if (during.length === 0) return { score: appearedScore, before: usual, during: 0, kind: 'vanished' };
  const spread = 1.4826 * median(before.map((value) => Math.abs(value - usual)));
  const now = median(during);
  const deviation = Math.max(spread, quietShare * Math.abs(usual), quietShare * Math.abs(now), 1e-12);
  const shift = (now - usual) / deviation;
  const [low, high] = [extreme(before, Math.min), extreme(before, Math.max)];
  const [worstLow, worstHigh] = [extreme(during, Math.min), extreme(during, Math.max)];
  // Beyond anything seen before, though the middle stayed.
  const beyond = Math.max(worstHigh - high, low - worstLow, 0) / deviation;
  if (Math.abs(shift) >= beyond / 2) {
    return {
      score: bounded(Math.abs(shift)),
      before: usual,
      during: now,
      kind: shift >= 0 ? 'rose' : 'fell',
    };
  }
  const worst = worstHigh - high >= low - worstLow ? worstHigh : worstLow;
  return { score: bounded(beyond / 2), before: usual, during: worst, kind: 'unsteady' };
}

const bounded = (score: number): number => (Number.isFinite(score) ? Math.min(score, scoreMax) : scoreMax);

const extreme = (values: readonly number[], of: (a: number, b: number) => number): number =>
  values.reduce((found, value) => of(found, value));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  // Halved before they are added: two of the largest numbers have no sum.
  return sorted.length % 2 === 1 ? high : (sorted[middle - 1] ?? 0) / 2 + high / 2;
}
