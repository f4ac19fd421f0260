import type { Dashboard, DashboardSection } from './dashboard-schema.ts';
import type { VariableValues } from './interpolate.ts';

/** How often a section or a panel is repeated on the page at most. */
const repeatsMax = 50;

/** The panels without a section first, then the sections. */
export function sectionsOf(dashboard: Dashboard): readonly DashboardSection[] {
  const loose: readonly DashboardSection[] =
    dashboard.panels.length === 0 ? [] : [{ title: '', collapsed: false, panels: dashboard.panels }];
  return [...loose, ...dashboard.sections];
}

/** One of the times something is shown, with the variables as they are then. */
export interface Repetition {
  /** The value it is repeated for; empty when it is shown once. */
  readonly key: string;
  readonly values: VariableValues;
}

/** Once, or once for each chosen value of the variable a section or panel is repeated for. */
export function repeated(
  name: string | undefined,
  values: VariableValues,
  most = repeatsMax,
): readonly Repetition[] {
  const chosen = name === undefined ? undefined : values.get(name);
  if (name === undefined || chosen === undefined) return [{ key: '', values }];
  return chosen
    .slice(0, most)
    .map((value) => ({ key: value, values: new Map([...values, [name, [value]]]) }));
}
