import { formatValue } from '../units/format.ts';
import type { Unit } from '../units/unit.ts';

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

export interface ValueAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly AxisTick[];
}

// Steps people can count in: of 10, of 1024 for bytes, of 60 for times.
const DECIMAL = [1, 2, 2.5, 5, 10];
const SECONDS = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/** An axis that holds all values, with about `count` ticks. Values must be finite. */
export function valueAxis(values: readonly number[], unit: Unit, count: number): ValueAxis {
  const scale = unit.scale ?? 1;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (values.length === 0) [low, high] = [0, 1];
  // From zero, unless that would hide what there is to see.
  if (low > 0 && low < high * 0.6) low = 0;
  if (high < 0 && high > low * 0.6) high = 0;
  const sizeMax = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= sizeMax * 1e-9) {
    const room = sizeMax === 0 ? 1 / scale : sizeMax * 0.1;
    if (low !== 0) low -= room;
    high += room;
  }
  const step = niceStep(((high - low) * scale) / Math.max(1, count), unit) / scale;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  // Both ends lie on a tick; numbers too close for the arithmetic get none between.
  if (!(step > 0) || !(last - first <= count * 4)) return withLabels(low, high, [low, high], unit);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return withLabels(first * step, last * step, ticks, unit);
}

function niceStep(rough: number, unit: Unit): number {
  if (unit.kind === 'seconds' && rough > 30 && rough <= SECONDS.at(-1)!)
    return SECONDS.find((step) => step >= rough)!;
  if (unit.kind === 'bytes' && rough > 1) {
    const size = 2 ** Math.floor(Math.log2(rough));
    return size >= rough ? size : size * 2;
  }
  const size = 10 ** Math.floor(Math.log10(rough));
  return size * (DECIMAL.find((factor) => factor * size >= rough * (1 - 1e-9)) ?? 10);
}

/** Three digits where they tell the ticks apart, more where they do not. */
function withLabels(low: number, high: number, values: readonly number[], unit: Unit): ValueAxis {
  const labels = values.map((value) => formatValue(value, unit));
  const shown = new Set(labels).size === labels.length ? labels : values.map((value) => exact(value, unit));
  return { low, high, ticks: values.map((value, i) => ({ value, label: shown[i]! })) };
}

function exact(value: number, unit: Unit): string {
  const base = Number((value * (unit.scale ?? 1)).toPrecision(12));
  return unit.kind === 'ratio' ? `${Number((base * 100).toPrecision(12))}%` : String(base);
}
