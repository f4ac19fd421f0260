import { formatMatchers } from '@tocsin/protocol/alertmanager/parse-matchers.ts';
import { getLabel, type Labels } from '@tocsin/protocol/labels/labels.ts';
import type { CompiledMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';

/** One node of the routing tree, everything it inherits filled in. */
export interface Route {
  /** Unique in the tree and the same after a restart: `{}/{severity="page"}/1`. */
  readonly id: string;
  /** As Alertmanager writes it, the path of matchers; part of the group's key. */
  readonly key: string;
  readonly receiver: string;
  readonly groupBy: ReadonlySet<string> | 'all';
  readonly matchers: readonly CompiledMatcher[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly continues: boolean;
  readonly routes: readonly Route[];
}

export function matchesAll(matchers: readonly CompiledMatcher[], labels: Labels): boolean {
  return matchers.every((compiled) => compiled.matches(getLabel(labels, compiled.matcher.name)));
}

export function routeKey(parentKey: string | null, matchers: readonly CompiledMatcher[]): string {
  const own = formatMatchers(matchers.map((compiled) => compiled.matcher));
  return parentKey === null ? own : `${parentKey}/${own}`;
}

/** The routes an alert goes through: depth first, the deepest match, and its siblings where `continue` says so. */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const below = matchRoutes(child, labels);
    found.push(...below);
    if (below.length > 0 && !child.continues) break;
  }
  return found.length > 0 ? found : [route];
}
