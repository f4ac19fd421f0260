import type { CompiledTemplate } from '../template/expand.ts';
import type { RuleAdditions } from './rule-additions.ts';

/** A rule as loaded: checked, durations in milliseconds, templates parsed. */
export type Rule = AlertingRule | RecordingRule;

interface RuleBase {
  /** The same for the same rule before and after a reload or restart: group, name and labels, not the file or the expression. */
  readonly key: string;
  readonly name: string;
  /** PromQL as written. */
  readonly expression: string;
  /** As written; the group's labels are merged in, the rule's own winning. */
  readonly labels: Readonly<Record<string, string>>;
  /** Line in the file, from 1. */
  readonly line: number;
}

export interface AlertingRule extends RuleBase {
  readonly kind: 'alerting';
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labelTemplates: readonly (readonly [name: string, template: CompiledTemplate])[];
  readonly annotationTemplates: readonly (readonly [name: string, template: CompiledTemplate])[];
  readonly additions: RuleAdditions;
}

export interface RecordingRule extends RuleBase {
  readonly kind: 'recording';
}

export interface RuleGroup {
  readonly file: string;
  readonly name: string;
  /** Null: the engine's default. */
  readonly intervalMs: number | null;
  /** Series or alerts one rule may yield; 0 is no limit. */
  readonly limit: number;
  /** How far in the past expressions are evaluated; null: the engine's default. */
  readonly queryOffsetMs: number | null;
  readonly rules: readonly Rule[];
}
