/** The value of a number as PromQL writes it: decimal, hexadecimal, with underscores, `Inf` and `NaN`. */
export function parseNumber(text: string): number {
  const lower = text.toLowerCase().replaceAll('_', '');
  if (lower === 'inf' || lower === '+inf') return Number.POSITIVE_INFINITY;
  if (lower === '-inf') return Number.NEGATIVE_INFINITY;
  return lower === 'nan' ? Number.NaN : Number(lower);
}

export function isNumberWord(text: string): boolean {
  return /^(inf|nan)$/i.test(text);
}
