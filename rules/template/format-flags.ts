/** What stands between the percent sign and the verb of a directive of Go's fmt. */
export interface FormatFlags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | null;
  readonly precision: number | null;
  /** `%#v`. */
  readonly goSyntax: boolean;
  /** `%+v`. */
  readonly fieldNames: boolean;
}

/** Width counts characters, not UTF-16 units. Zeros only fill from the left. */
export function pad(text: string, flags: FormatFlags): string {
  if (flags.width === null) return text;
  const missing = flags.width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}
