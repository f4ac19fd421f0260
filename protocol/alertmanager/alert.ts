import type { Labels } from '../labels/labels.ts';

/** An alert as Alertmanager keeps it. Times are milliseconds since the epoch. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** Null while nobody said that it ends. */
  readonly endsAtMs: number | null;
  readonly updatedAtMs: number;
  /** Link to the expression that fired; empty when unknown. */
  readonly generatorUrl: string;
  /** `fingerprint` of the labels. */
  readonly fingerprint: string;
}

export function isResolvedAt(alert: Pick<Alert, 'endsAtMs'>, timeMs: number): boolean {
  return alert.endsAtMs !== null && alert.endsAtMs <= timeMs;
}

const PRIME_LOW = 0x1b3;
const PRIME_HIGH = 0x100;
const SEPARATOR = 255;
let utf8 = Buffer.alloc(1_024);

/** The name of a label set: 64-bit FNV-1a over names and values, as 16 hexadecimal digits (model.LabelSet.Fingerprint of prometheus/common). */
export function fingerprint(labels: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const text of labels) {
    if (text.length * 3 >= utf8.length) utf8 = Buffer.alloc(text.length * 3 + 1);
    const length = utf8.write(text, 0);
    utf8[length] = SEPARATOR;
    for (let i = 0; i <= length; i++) {
      low = (low ^ utf8[i]!) >>> 0;
      // 64-bit multiplication by 0x100000001b3 in halves; products stay below 2^53.
      const product = low * PRIME_LOW;
      high = (Math.imul(high, PRIME_LOW) + Math.imul(low, PRIME_HIGH) + Math.floor(product / 2 ** 32)) >>> 0;
      low = product >>> 0;
    }
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** `{a="b", c="d"}`, as Alertmanager writes a label set in group keys: names are never quoted. */
export function formatLabelSet(labels: Labels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
  return `{${pairs.join(', ')}}`;
}
