/** One number of a line's values; those that are no numbers do not count. Undefined when there is none. */
export function reduceValues(
  values: readonly number[],
  how: 'last' | 'mean' | 'min' | 'max' | 'sum',
): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return undefined;
  switch (how) {
    case 'last':
      return known.at(-1);
    case 'sum':
      return known.reduce((sum, value) => sum + value, 0);
    case 'mean':
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    case 'min':
      return known.reduce((least, value) => Math.min(least, value));
    case 'max':
      return known.reduce((most, value) => Math.max(most, value));
  }
}
