import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { metricNamesOf } from '@tocsin/protocol/promql/walk.ts';
import type { Rule } from '../api/rules.ts';

/** What should make its owner look at a rule. */
export type RuleMark =
  | { readonly kind: 'failing'; readonly text: string }
  | { readonly kind: 'slow'; readonly text: string }
  | { readonly kind: 'blind'; readonly text: string }
  | { readonly kind: 'never fired'; readonly text: string };

/** A rule that takes this share of its interval, or this long, keeps others waiting. */
const slowShare = 0.1;
const slowSeconds = 1;

/**
 * Marks a rule that fails, is slow, asks for metrics nobody sends, or has not fired in the time looked at.
 * `names` and `fired` are undefined while they are not known: then nothing is said about them.
 */
export function marksOf(
  rule: Rule,
  intervalSeconds: number,
  names: ReadonlySet<string> | undefined,
  fired: ReadonlySet<string> | undefined,
): readonly RuleMark[] {
  const marks: RuleMark[] = [];
  if (rule.health === 'err') marks.push({ kind: 'failing', text: rule.lastError });
  if (
    rule.evaluationSeconds > slowSeconds ||
    (intervalSeconds > 0 && rule.evaluationSeconds > slowShare * intervalSeconds)
  ) {
    marks.push({
      kind: 'slow',
      text: `takes ${rule.evaluationSeconds.toFixed(2)} s of ${intervalSeconds} s`,
    });
  }
  const missing = names === undefined ? [] : metricsOf(rule.query).filter((name) => !names.has(name));
  if (missing.length > 0)
    marks.push({ kind: 'blind', text: `nobody sends ${missing.slice(0, 5).join(', ')}` });
  if (rule.kind === 'alerting' && rule.state === 'inactive' && fired !== undefined && !fired.has(rule.name)) {
    marks.push({
      kind: 'never fired',
      text: 'it has not fired in the last 30 days, as far as they are stored',
    });
  }
  return marks;
}

function metricsOf(query: string): readonly string[] {
  try {
    return metricNamesOf(parseExpr(query));
  } catch {
    return [];
  }
}
