const legacyName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A PromQL or LogQL string literal; JSON's escapes are a subset of Go's, which both languages use. */
export const quote = (text: string): string => JSON.stringify(text);

/** A selector of one metric: `up{job="a"}`, or the quoted form where the name needs it: `{"my.metric",job="a"}`. */
export function selector(name: string, matchers: readonly string[] = []): string {
  if (legacyName.test(name)) return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
  return `{${[quote(name), ...matchers].join(',')}}`;
}

/** A label's name as `by (...)` and matchers take it. */
export const labelName = (name: string): string => (legacyLabel.test(name) ? name : quote(name));

/** Seconds as a PromQL duration. */
export const duration = (seconds: number): string => `${Math.max(1, Math.round(seconds))}s`;
