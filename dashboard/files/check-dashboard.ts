import type { Selector } from '@tocsin/protocol/promql/expr.ts';
import { parseExpr, parseSelector } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { selectorsOf } from '@tocsin/protocol/promql/walk.ts';
import type { DashboardPanel } from './dashboard-schema.ts';
import { timeVariables, variablesIn } from './interpolate.ts';
import type { LoadedDashboard } from './load-dashboard.ts';
import { expressionsOf } from './panel-queries.ts';

type Path = readonly (string | number)[];

/** Something wrong in a dashboard that is well-formed. */
export interface DashboardFault {
  /** 1-based. */
  readonly line: number;
  readonly detail: string;
}

/** What is stored, as far as it is known: an unknown name is then a fault. */
export interface StoredNames {
  hasMetric(name: string): boolean;
  /** Label names of a metric's series; undefined when they are not known. */
  labelsOf(metric: string): ReadonlySet<string> | undefined;
}

/**
 * Checks what the schema cannot: that expressions are PromQL, that variables are there, and, when it is told what is stored, that
 * metrics and labels are.
 */
export function checkDashboard(
  { dashboard, source }: LoadedDashboard,
  stored: StoredNames | null = null,
): readonly DashboardFault[] {
  const faults: DashboardFault[] = [];
  const add = (path: Path, detail: string) => faults.push({ line: source.lineOf(path), detail });
  const names = new Set<string>();
  for (const { name } of dashboard.variables) names.add(name);
  const checkNames = (text: string, path: Path) => {
    for (const name of variablesIn(text)) {
      if (!names.has(name)) add(path, `there is no variable $${name}${suggestion(name, names)}`);
    }
  };
  const checkSelector = (text: string, path: Path) => {
    checkNames(text, path);
    try {
      parseSelector(placeholders(text));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      add(path, error.message);
    }
  };
  const checkExpression = (text: string, path: Path) => {
    checkNames(text, path);
    try {
      const expr = parseExpr(placeholders(text));
      if (stored !== null) for (const selector of selectorsOf(expr)) checkStored(selector, text, path);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      add(path, error.message);
    }
  };
  const checkStored = (selector: Selector, text: string, path: Path) => {
    const metric =
      selector.name || selector.matchers.find((one) => one.name === '__name__' && one.kind === '=')?.value;
    if (metric === undefined || stored === null) return;
    // A name made with a variable is known only when the variable is.
    if (text.slice(selector.position.start, selector.position.start + metric.length).includes('$')) return;
    if (!stored.hasMetric(metric)) {
      add(path, `no series has the metric name ${metric}`);
      return;
    }
    const labels = stored.labelsOf(metric);
    if (labels === undefined) return;
    for (const { name, kind, value } of selector.matchers) {
      // What must be absent or may be empty needs no such label.
      const mayBeMissing =
        value === '' || kind === '!=' || kind === '!~' || (kind === '=~' && /^\.\*$/.test(value));
      if (name !== '__name__' && !mayBeMissing && !labels.has(name))
        add(path, `${metric} has no label ${name}${suggestion(name, labels)}`);
    }
  };
  const checkPanel = (panel: DashboardPanel, path: Path) => {
    if (panel.repeat !== undefined && !names.has(panel.repeat))
      add([...path, 'repeat'], `there is no variable $${panel.repeat}${suggestion(panel.repeat, names)}`);
    for (const text of [panel.title, panel.help]) checkNames(text, path);
    for (const { path: inner, expr } of expressionsOf(panel)) checkExpression(expr, [...path, ...inner]);
    for (const [index, { url }] of panel.links.entries()) checkNames(url, [...path, 'links', index]);
    if (panel.draw === 'gauge' && panel.max <= panel.min) add([...path, 'max'], 'max must be above min');
  };

  for (const [index, variable] of dashboard.variables.entries()) {
    const path = ['variables', index];
    if (dashboard.variables.findIndex(({ name }) => name === variable.name) < index)
      add([...path, 'name'], `the variable ${variable.name} is there twice; rename one`);
    if (timeVariables.some((own) => own === variable.name))
      add([...path, 'name'], `$${variable.name} is filled in by the page; choose another name`);
    const kinds = [variable.values_of, variable.values, variable.free || undefined].filter(
      (one) => one !== undefined,
    );
    if (kinds.length !== 1) add(path, 'a variable has one of values_of, values and free: true');
    if (variable.of !== undefined) checkSelector(variable.of, [...path, 'of']);
  }
  for (const [index, { expr }] of dashboard.annotations.entries())
    checkExpression(expr, ['annotations', index, 'expr']);
  for (const [index, { url }] of dashboard.links.entries()) checkNames(url, ['links', index]);
  for (const [index, panel] of dashboard.panels.entries()) checkPanel(panel, ['panels', index]);
  for (const [index, section] of dashboard.sections.entries()) {
    const path = ['sections', index];
    if (section.repeat !== undefined && !names.has(section.repeat))
      add([...path, 'repeat'], `there is no variable $${section.repeat}${suggestion(section.repeat, names)}`);
    checkNames(section.title, path);
    for (const [place, panel] of section.panels.entries()) checkPanel(panel, [...path, 'panels', place]);
  }
  return faults.sort((a, b) => a.line - b.line);
}

const placeholder = 'variable_';

/**
 * Stand-ins of the same length for variables, so that positions in complaints stay right: a duration where one may stand, a name
 * elsewhere; in a string anything will do.
 */
export function placeholders(text: string): string {
  return text.replace(
    /\$(?:\{([a-zA-Z_]\w*)(?::\w+)?\}|([a-zA-Z_]\w*))/g,
    (whole, braced: string | undefined, bare: string | undefined, offset: number) => {
      const name = braced ?? bare ?? '';
      const isTime = timeVariables.some((own) => own === name);
      const before = text.slice(0, offset).trimEnd();
      // The first of several arguments is a number: topk($n, ...), quantile($share, ...).
      if (before.endsWith('(') && /^\s*,/.test(text.slice(offset + whole.length)))
        return '1'.padStart(whole.length, '0');
      const isDuration = isTime || /[[:]$|\boffset$|\boffset\s*-$/.test(before);
      return isDuration
        ? `${'1'.padStart(whole.length - 1, '0')}s`
        : placeholder.slice(0, whole.length).padEnd(whole.length, 'x');
    },
  );
}

function suggestion(name: string, known: ReadonlySet<string>): string {
  const near = [...known].find((one) => one.toLowerCase() === name.toLowerCase() || distance(one, name) <= 2);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** How many letters have to be changed, added or left out to make `b` of `a`. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 3;
}
