/** What a variable stands for: several values become a pattern that matches any of them. */
export type VariableValues = ReadonlyMap<string, readonly string[]>;

// `$name`, `${name}` and `${name:regex}`; the names the page fills in itself are left to it.
const reference = /\$(?:\{([a-zA-Z_]\w*)(?::(\w+))?\}|([a-zA-Z_]\w*))/g;

/** Filled in by the page from the time shown (app/promql/fill.ts), and `$span` by the panels of objectives. */
export const timeVariables = ['window', 'slow', 'range', 'twice', 'step', 'span'] as const;

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * Fills variables into PromQL. The value stands where it is written, between the quotes of a matcher, so it is escaped for a
 * string: one value as it is, several as a pattern `(a|b)`, so `=~` takes both.
 */
export function interpolateQuery(expr: string, values: VariableValues): string {
  return replace(expr, values, (chosen, format) => {
    if (chosen.length === 1 && format !== 'regex') return inString(chosen[0] ?? '');
    return inString(
      chosen.length === 1 ? escapeRegex(chosen[0] ?? '') : `(${chosen.map(escapeRegex).join('|')})`,
    );
  });
}

/** Fills variables into titles and texts, for people. */
export const interpolateText = (text: string, values: VariableValues): string =>
  replace(text, values, (chosen) => chosen.join(', '));

/** Fills variables into an address, percent-encoded. */
export const interpolateAddress = (url: string, values: VariableValues): string =>
  replace(url, values, (chosen) => encodeURIComponent(chosen.join(',')));

function replace(
  text: string,
  values: VariableValues,
  write: (chosen: readonly string[], format: string | undefined) => string,
): string {
  return text.replace(reference, (whole, braced?: string, format?: string, bare?: string) => {
    const chosen = values.get(braced ?? bare ?? '');
    return chosen === undefined || chosen.length === 0 ? whole : write(chosen, format);
  });
}

/** Inside a PromQL string a quote or a backslash would end or change it. */
const inString = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The names a text refers to, each once, those of the page's own time left out. */
export function variablesIn(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [, braced, , bare] of text.matchAll(reference)) names.add(braced ?? bare ?? '');
  for (const own of timeVariables) names.delete(own);
  return [...names];
}
