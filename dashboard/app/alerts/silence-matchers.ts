import type { SilenceMatcher } from '../api/silences.ts';

const operators = ['=', '!=', '=~', '!~'] as const;
export type MatcherOperator = (typeof operators)[number];
export const matcherOperators: readonly MatcherOperator[] = operators;

export const operatorOf = ({ isRegex, isEqual }: SilenceMatcher): MatcherOperator =>
  isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';

export const withOperator = (matcher: SilenceMatcher, operator: string): SilenceMatcher => ({
  ...matcher,
  isRegex: operator.endsWith('~'),
  isEqual: !operator.startsWith('!'),
});

/** `name="value"`, as Alertmanager's `filter` takes it. */
export const matcherText = (matcher: SilenceMatcher): string =>
  `${/^[a-zA-Z_]\w*$/.test(matcher.name) ? matcher.name : JSON.stringify(matcher.name)}${operatorOf(matcher)}${JSON.stringify(matcher.value)}`;

/** Matchers for exactly these labels: where a silence begins that is made from an alert. */
export const matchersOf = (labels: Readonly<Record<string, string>>): readonly SilenceMatcher[] =>
  Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));

/** Reads the labels a link brought along; nothing when they are not an object of texts. */
export function labelsFromLink(text: string): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, one]) => (typeof one === 'string' ? [[name, one]] : [])),
    );
  } catch {
    return {};
  }
}
