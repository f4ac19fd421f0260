import { isRange } from '../address/address.ts';
import type { Interval } from './find-moved.ts';

/** `FROM-TO` in seconds, as it stands in the address. */
export const intervalText = ({ fromMs, toMs }: Interval): string =>
  `${Math.floor(fromMs / 1000)}-${Math.ceil(toMs / 1000)}`;

/** Undefined when it is none, or none that can be asked for. */
export function parseInterval(text: string): Interval | undefined {
  const match = /^(\d{1,12})-(\d{1,12})$/.exec(text);
  if (match === null) return undefined;
  const interval = { fromMs: Number(match[1]) * 1000, toMs: Number(match[2]) * 1000 };
  return isRange(interval.fromMs, interval.toMs) ? interval : undefined;
}
