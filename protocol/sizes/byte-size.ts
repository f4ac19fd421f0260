const UNITS = new Map([
  ['', 1],
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
]);

/** A size as people write it (`32MiB`, `500KB`, `1024`), in bytes; null when it is none. */
export function parseByteSize(text: string): number | null {
  const [, digits, unit = ''] = /^(\d+) ?([KMG]i?B|B)?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const bytes = Number(digits) * UNITS.get(unit)!;
  return Number.isSafeInteger(bytes) ? bytes : null;
}
