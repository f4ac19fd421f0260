/**
 * The label set that identifies a series or a stream, flat: `[name, value, name, value, ...]`, sorted by
 * name, each name once, no empty values (an absent label and an empty one are the same, as in Prometheus).
 * Flat because a series costs one array instead of one object per label.
 */
export type Labels = readonly string[];

export const METRIC_NAME = '__name__';

export const NO_LABELS: Labels = Object.freeze([]);

/** Labels from an object. Empty values are dropped. */
export function labelsFromObject(object: Readonly<Record<string, string>>): Labels {
  return labelsFromPairs(Object.entries(object));
}

/** Labels from pairs in any order. Empty values are dropped; of a repeated name the last value stays. */
export function labelsFromPairs(pairs: Iterable<readonly [name: string, value: string]>): Labels {
  const byName = new Map<string, string>();
  for (const [name, value] of pairs) byName.set(name, value);
  const names = [...byName.keys()].filter((name) => byName.get(name) !== '').sort(compareStrings);
  const labels: string[] = [];
  for (const name of names) labels.push(name, byName.get(name)!);
  return labels;
}

export function labelsToObject(labels: Labels): Record<string, string> {
  // No prototype: a label may be called "__proto__".
  const object: Record<string, string> = Object.create(null);
  for (let i = 0; i < labels.length; i += 2) object[labels[i]!] = labels[i + 1]!;
  return object;
}

/** The label's value, or the empty string when the label is absent. */
export function getLabel(labels: Labels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]!;
  return '';
}

/** The labels with `name` set to `value`; an empty value removes it. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const result: string[] = [];
  let placed = value === '';
  for (let i = 0; i < labels.length; i += 2) {
    const current = labels[i]!;
    if (!placed && compareStrings(name, current) <= 0) {
      result.push(name, value);
      placed = true;
    }
    if (current !== name) result.push(current, labels[i + 1]!);
  }
  if (!placed) result.push(name, value);
  return result;
}

/** The labels whose name is in `names`. */
export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, (name) => names.has(name));
}

/** The labels whose name is not in `names`. */
export function dropLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, (name) => !names.has(name));
}

/** A string that is equal exactly when the labels are, for use as a Map key. */
export function labelsKey(labels: Labels): string {
  // The length in front of each string keeps the key unambiguous whatever the strings hold.
  let key = '';
  for (const text of labels) key += `${text.length}:${text}`;
  return key;
}

/** Order by name, then value, label by label; a prefix sorts first. */
export function compareLabels(a: Labels, b: Labels): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareStrings(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

export function equalLabels(a: Labels, b: Labels): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** As PromQL writes it: `metric{name="value", ...}`. */
export function formatLabels(labels: Labels): string {
  const metric = getLabel(labels, METRIC_NAME);
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric);
  const parts: string[] = [];
  if (metric !== '' && !plain) parts.push(JSON.stringify(metric));
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    if (name === METRIC_NAME) continue;
    const shown = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
    parts.push(`${shown}=${JSON.stringify(labels[i + 1])}`);
  }
  const braces = parts.length > 0 || metric === '' ? `{${parts.join(', ')}}` : '';
  return (plain ? metric : '') + braces;
}

function filterLabels(labels: Labels, keep: (name: string) => boolean): Labels {
  const result: string[] = [];
  for (let i = 0; i < labels.length; i += 2) if (keep(labels[i]!)) result.push(labels[i]!, labels[i + 1]!);
  return result;
}

/**
 * Order by Unicode code point, which is the order of the UTF-8 bytes and so Prometheus' order. JavaScript's
 * own order is by UTF-16 unit and differs where a surrogate meets U+E000..U+FFFF.
 */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
