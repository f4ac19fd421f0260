import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile, type YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { RULE_LIMITS } from '../limits.ts';
import { type CompiledTemplate, compileAnnotation } from '../template/expand.ts';
import { TemplateError } from '../template/template-error.ts';
import { checkExpression } from './check-expression.ts';
import { expandAlert } from './expand-alert.ts';
import { expandSlo } from './expand-slo.ts';
import type { PlainRule, Refuse } from './plain-rule.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { NO_ADDITIONS } from './rule-additions.ts';
import { type GroupSource, RULE_FILE_SCHEMA, type RuleSource } from './rule-schema.ts';
import { SLO_KEYS } from './slo-schema.ts';
import { ADDED_ALERT_KEYS } from './threshold-schema.ts';

type Path = readonly (string | number)[];

/**
 * Reads a Prometheus rule file.
 * @throws ConfigError naming the line, the rule and what to do, for anything Prometheus would refuse too.
 */
export function loadRuleFile(file: string, text: string): readonly RuleGroup[] {
  if (text.length > RULE_LIMITS.fileLength) {
    throw new ConfigError(
      file,
      null,
      `the file is longer than ${RULE_LIMITS.fileLength} characters; split it`,
    );
  }
  const source = parseYamlFile(file, text, { asText: true });
  const { groups } = checkSchema(source, RULE_FILE_SCHEMA);
  const names = new Set<string>();
  return (groups ?? []).map((group, i) => {
    const path: Path = ['groups', i];
    if (group.name === '') refuse(source, [...path, 'name'], 'the group needs a name');
    if (names.has(group.name)) {
      refuse(source, [...path, 'name'], `group "${group.name}" is there twice in this file; rename one`);
    }
    names.add(group.name);
    return loadGroup(source, group, path);
  });
}

function loadGroup(source: YamlFile, group: GroupSource, path: Path): RuleGroup {
  checkLabelNames(source, group.labels, [...path, 'labels']);
  const seen = new Map<string, number>();
  const rules: Rule[] = [];
  (group.rules ?? []).forEach((entry, i) => {
    const entryPath = [...path, 'rules', i];
    for (const plain of expandEntry(source, entry, rules.length, entryPath)) {
      const loaded = loadRule(source, group, plain, entryPath);
      // Two rules may be alike in all that names them; their order then tells them apart.
      const count = (seen.get(loaded.key) ?? 0) + 1;
      seen.set(loaded.key, count);
      rules.push(count === 1 ? loaded : { ...loaded, key: JSON.stringify([loaded.key, count]) });
    }
  });
  return {
    file: source.file,
    name: group.name,
    intervalMs: group.interval || null,
    limit: group.limit ?? 0,
    queryOffsetMs: group.query_offset ?? null,
    rules,
  };
}

/** The rules an entry stands for; `place` is of the first of them in its group. */
function expandEntry(source: YamlFile, entry: RuleSource, place: number, path: Path): readonly PlainRule[] {
  const kind = entryKind(source, entry, path);
  const name = entry[kind] ?? '';
  if (name === '') refuse(source, path, 'the rule needs a name: set alert:, record: or slo:');
  const what = kind === 'slo' ? `slo "${name}"` : `rule "${name}"`;
  const refuseKey: Refuse = (below, detail) =>
    refuse(source, [...path, ...below], `${what}${/^needs /.test(detail) ? '' : ':'} ${detail}`);
  checkKeys(entry, kind, refuseKey);
  checkLabelNames(source, entry.labels, [...path, 'labels']);
  if (kind === 'slo') return expandSlo(entry, refuseKey);
  if (kind === 'alert') return expandAlert(entry, place, refuseKey);
  const expression = entry.expr?.trim() ?? '';
  if (expression === '') refuseKey([], 'needs an expression: set expr:');
  checkExpression(expression, (detail) => refuseKey(['expr'], detail));
  if (!/^[^{}"]+$/u.test(name)) refuse(source, [...path, 'record'], `"${name}" is not a metric name`);
  return [
    {
      kind: 'recording',
      name,
      expression,
      forMs: 0,
      keepFiringForMs: 0,
      labels: entry.labels,
      annotations: {},
      additions: NO_ADDITIONS,
      ownPath: null,
    },
  ];
}

function entryKind(source: YamlFile, entry: RuleSource, path: Path): 'alert' | 'record' | 'slo' {
  if (entry.record !== undefined && (entry.alert !== undefined || entry.slo !== undefined)) {
    const other = entry.alert === undefined ? `slo: ${entry.slo}` : `alert: ${entry.alert}`;
    refuse(
      source,
      path,
      `a rule is either an alert or a record, not both (${other}, record: ${entry.record})`,
    );
  }
  if (entry.record !== undefined) return 'record';
  return entry.slo === undefined ? 'alert' : 'slo';
}

const KEYS: Readonly<Record<'alert' | 'record' | 'slo', ReadonlySet<string>>> = {
  record: new Set(['record', 'expr', 'labels']),
  alert: new Set([
    ...['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations', 'urgent'],
    ...Object.keys(ADDED_ALERT_KEYS),
  ]),
  slo: new Set([
    ...['slo', 'alert', 'labels', 'annotations', 'urgent', 'window', 'by'],
    ...Object.keys(SLO_KEYS),
  ]),
};
const KIND_NAMES = { alert: 'an alert', record: 'a recording rule', slo: 'an slo' } as const;

function checkKeys(entry: RuleSource, kind: keyof typeof KEYS, refuseKey: Refuse): void {
  for (const [key, value] of Object.entries(entry)) {
    if (KEYS[kind].has(key) || value === undefined || value === null) continue;
    // Prometheus takes an empty mapping for none.
    if (typeof value === 'object' && Object.keys(value).length === 0) continue;
    refuseKey([key], `${KIND_NAMES[kind]} has no ${key}; remove it`);
  }
}

function loadRule(source: YamlFile, group: GroupSource, plain: PlainRule, path: Path): Rule {
  const { kind, name, expression, ownPath } = plain;
  const labels = { ...group.labels, ...plain.labels };
  const line = source.lineOf(ownPath ? [...path, ...ownPath] : path);
  const key = JSON.stringify([kind, group.name, name, Object.entries(labels).sort()]);
  if (kind === 'recording') return { kind, key, name, expression, labels, line };

  const compile = (texts: Readonly<Record<string, string>>, field: 'labels' | 'annotations') =>
    Object.entries(texts).map(([label, text]): readonly [string, CompiledTemplate] => {
      const refuseEntry = (detail: string) =>
        refuse(source, placeOf(source, path, ownPath, field, label), `rule "${name}"${detail}`);
      if (!isLabelName(label)) refuseEntry(`: "${label}" is not a name for an entry of ${field}`);
      try {
        return [label, compileAnnotation(`__alert_${name}`, text)];
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        return refuseEntry(`, ${field}.${label}: ${error.message}`);
      }
    });
  return {
    kind,
    key,
    name,
    expression,
    labels,
    line,
    forMs: plain.forMs,
    keepFiringForMs: plain.keepFiringForMs,
    annotations: plain.annotations,
    labelTemplates: compile(labels, 'labels'),
    annotationTemplates: compile(plain.annotations, 'annotations'),
    additions: plain.additions,
  };
}

/** Where a label or annotation stands: with the severity, or else with the entry. */
function placeOf(source: YamlFile, path: Path, ownPath: Path | null, field: string, label: string): Path {
  const own = ownPath && [...path, ...ownPath, field, label];
  return own && source.has(own) ? own : [...path, field, label];
}

function checkLabelNames(source: YamlFile, labels: Readonly<Record<string, string>>, path: Path): void {
  for (const name of Object.keys(labels)) {
    if (name === '__name__' || !isLabelName(name)) {
      refuse(source, [...path, name], `"${name}" may not be set as a label; rename it`);
    }
  }
}

/** Prometheus 3 takes any UTF-8 text. */
function isLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed();
}

function refuse(source: YamlFile, path: Path, detail: string): never {
  throw new ConfigError(source.file, source.lineOf(path), detail);
}
