import type { CompiledMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { IntegrationConfig } from '../receivers/integration-config.ts';
import type { Route } from './route.ts';
import type { TimeInterval } from './time-interval-schema.ts';

/** Alertmanager's configuration, checked and ready to use. */
export interface Routing {
  /** Null when there is no file and the built-in default is in force. */
  readonly file: string | null;
  /** The file's text with its secrets hidden, for `/api/v2/status`. */
  readonly shown: string;
  /** When an alert of the API that says no end counts as resolved unless it is sent again. */
  readonly resolveTimeoutMs: number;
  readonly route: Route;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly templates: TemplateSet;
}

export interface Receiver {
  readonly name: string;
  readonly integrations: readonly IntegrationConfig[];
  /** Who is told when this one cannot be; null: nobody. */
  readonly fallback: { readonly receiver: string; readonly afterFailures: number } | null;
}

export interface InhibitRule {
  readonly name: string;
  readonly source: readonly CompiledMatcher[];
  readonly target: readonly CompiledMatcher[];
  readonly equal: readonly string[];
}
