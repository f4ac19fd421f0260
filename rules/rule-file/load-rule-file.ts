import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile, type YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { RULE_LIMITS } from '../limits.ts';
import { type CompiledTemplate, compileAnnotation } from '../template/expand.ts';
import { TemplateError } from '../template/template-error.ts';
import { checkExpression } from './check-expression.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { type GroupSource, RULE_FILE_SCHEMA, type RuleSource } from './rule-schema.ts';

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
  const rules = (group.rules ?? []).map((rule, i) => {
    const loaded = loadRule(source, group, rule, [...path, 'rules', i]);
    // Two rules may be alike in all that names them; their order then tells them apart.
    const count = (seen.get(loaded.key) ?? 0) + 1;
    seen.set(loaded.key, count);
    return count === 1 ? loaded : { ...loaded, key: JSON.stringify([loaded.key, count]) };
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

function loadRule(source: YamlFile, group: GroupSource, rule: RuleSource, path: Path): Rule {
  const name = rule.alert ?? rule.record ?? '';
  if (rule.alert !== undefined && rule.record !== undefined) {
    refuse(
      source,
      path,
      `a rule is either an alert or a record, not both (alert: ${rule.alert}, record: ${rule.record})`,
    );
  }
  if (name === '') refuse(source, path, 'the rule needs a name: set alert: or record:');
  const what = `rule "${name}"`;
  const expression = rule.expr?.trim() ?? '';
  if (expression === '') refuse(source, path, `${what} needs an expression: set expr:`);
  const line = source.lineOf(path);
  checkExpression(expression, (detail) => refuse(source, [...path, 'expr'], `${what}: ${detail}`));
  checkLabelNames(source, rule.labels, [...path, 'labels']);
  const labels = { ...group.labels, ...rule.labels };
  const kind = rule.alert === undefined ? 'recording' : 'alerting';
  const key = JSON.stringify([kind, group.name, name, Object.entries(labels).sort()]);

  if (kind === 'recording') {
    for (const field of ['for', 'keep_firing_for', 'annotations'] as const) {
      const value = rule[field];
      if (
        value !== undefined &&
        value !== null &&
        (typeof value !== 'object' || Object.keys(value).length > 0)
      ) {
        refuse(source, [...path, field], `${what}: a recording rule has no ${field}; remove it`);
      }
    }
    if (!/^[^{}"]+$/u.test(name)) refuse(source, [...path, 'record'], `"${name}" is not a metric name`);
    return { kind, key, name, expression, labels, line };
  }

  const compile = (texts: Readonly<Record<string, string>>, field: 'labels' | 'annotations') =>
    Object.entries(texts).map(([label, text]): readonly [string, CompiledTemplate] => {
      if (!isLabelName(label))
        refuse(source, [...path, field, label], `${what}: "${label}" is not a name for an entry of ${field}`);
      try {
        return [label, compileAnnotation(`__alert_${name}`, text)];
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        return refuse(source, [...path, field, label], `${what}, ${field}.${label}: ${error.message}`);
      }
    });
  return {
    kind,
    key,
    name,
    expression,
    labels,
    line,
    forMs: rule.for ?? 0,
    keepFiringForMs: rule.keep_firing_for ?? 0,
    annotations: rule.annotations,
    labelTemplates: compile(labels, 'labels'),
    annotationTemplates: compile(rule.annotations, 'annotations'),
  };
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
