import { formatDurationMs, parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { getLabel } from '@tocsin/protocol/labels/labels.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { parseSelector } from '@tocsin/protocol/promql/parse.ts';

/** One entry of `retention:` in tocsin.yaml, as written. */
export interface RetentionRule {
  readonly match: string;
  /** Tier (`raw`, `5m`) to how long: a duration or `forever`. */
  readonly keep: Readonly<Record<string, string>>;
}

export interface RetentionPolicy {
  readonly match: string;
  /** `raw` first, then from fine to coarse. */
  readonly tiers: readonly RetentionTier[];
  /** How long raw samples are kept; 0 when they are not, Infinity for ever. */
  readonly rawMs: number;
  /** What sealed files of this policy carry in their name and header. */
  readonly key: string;
}

export interface RetentionTier {
  readonly name: string;
  /** 0 for raw. */
  readonly resolutionMs: number;
  readonly keepMs: number;
}

export interface RetentionPolicies {
  /** In the order of the configuration, and the default at the end. */
  readonly policies: readonly RetentionPolicy[];
  /** Index of the first policy that matches. */
  policyOf(labels: Labels): number;
}

const DEFAULT_RULE: RetentionRule = { match: '{}', keep: { raw: '15d', '5m': '90d', '1h': '2y' } };

/** Throws RegexError, ParseError or Error naming the entry that cannot be used. */
export function createRetentionPolicies(rules: readonly RetentionRule[]): RetentionPolicies {
  const all = [...rules, DEFAULT_RULE];
  const policies = all.map(toPolicy);
  const compiled = all.map(({ match }) => compileSelector(match));
  return {
    policies,
    policyOf(labels) {
      const index = compiled.findIndex((matchers) =>
        matchers.every((one) => one.matches(getLabel(labels, one.matcher.name))),
      );
      return index < 0 ? all.length - 1 : index;
    },
  };
}

/** A selector ready to run; `{}`, which PromQL refuses, selects everything here. */
export function compileSelector(selector: string): readonly CompiledMatcher[] {
  return /^\s*\{\s*\}\s*$/.test(selector) ? [] : parseSelector(selector).map(compileMatcher);
}

function toPolicy({ match, keep }: RetentionRule): RetentionPolicy {
  const tiers = Object.entries(keep)
    .map(([name, text]) => ({
      name,
      resolutionMs: name === 'raw' ? 0 : resolution(match, name),
      keepMs: kept(match, text),
    }))
    .sort((a, b) => a.resolutionMs - b.resolutionMs);
  const key = tiers.map(({ name, keepMs }) => `${name}=${formatKeep(keepMs)}`).join(',');
  return { match, tiers, rawMs: tiers.find(({ name }) => name === 'raw')?.keepMs ?? 0, key };
}

function resolution(match: string, name: string): number {
  const resolutionMs = parseDurationMs(name);
  if (resolutionMs === null || resolutionMs === 0)
    throw new Error(
      `Cannot use retention of ${match}: tier "${name}" is neither raw nor a resolution such as 5m`,
    );
  return resolutionMs;
}

function kept(match: string, text: string): number {
  const keepMs = text === 'forever' ? Number.POSITIVE_INFINITY : parseDurationMs(text);
  if (keepMs === null)
    throw new Error(`Cannot use retention of ${match}: "${text}" is neither a duration nor forever`);
  return keepMs;
}

export function formatKeep(keepMs: number): string {
  return keepMs === Number.POSITIVE_INFINITY ? 'forever' : formatDurationMs(keepMs);
}
