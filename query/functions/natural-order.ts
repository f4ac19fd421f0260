import { compareStrings } from '@tocsin/protocol/labels/labels.ts';

const PARTS = /\d+|\D+/g;

/** Runs of digits compare as numbers: `cpu2` before `cpu10`. */
export function compareNatural(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.match(PARTS) ?? [];
  const right = b.match(PARTS) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i]!;
    const y = right[i]!;
    if (x === y) continue;
    const numbers = /^\d/.test(x) && /^\d/.test(y);
    const order = numbers ? compareDigits(x, y) : compareStrings(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareStrings(a, b);
}

function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || compareStrings(x, y) || a.length - b.length;
}
