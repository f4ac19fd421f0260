import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { Document, isMap, isScalar, isSeq, parseDocument, visit, type YAMLMap, YAMLSeq } from 'yaml';
import { loadRuleFile } from './load-rule-file.ts';
import type { RuleGroup } from './rule.ts';

// Values stay as they are written, and long expressions on their line.
const PARSE = { schema: 'failsafe', merge: true, prettyErrors: false } as const;
const WRITE = { lineWidth: 0 } as const;
const PLAIN_KEY = /^(?!null$)[a-z_]+$/;
const HEAD = 'groups:\n  -\n';
const HEAD_LINES = 2;

/**
 * Checks one group as it stands in a rule file, without the file around it.
 * @throws ConfigError with the line within `text`
 */
export function loadGroupText(name: string, text: string): RuleGroup {
  const body = text
    .replace(/^\s*---[ \t]*\r?\n/, (mark) => mark.replace('---', ''))
    .replaceAll(/^(?=.)/gm, '    ');
  try {
    const [group, ...others] = loadRuleFile(name, `${HEAD}${body}\n`);
    if (!group || others.length > 0) throw new ConfigError(name, null, 'one group is needed, and not more');
    return group;
  } catch (error) {
    if (!(error instanceof ConfigError) || error.line === null) throw error;
    throw new ConfigError(name, Math.max(1, error.line - HEAD_LINES), error.detail);
  }
}

/** The rule file with the group in it, in place of the one of that name or at the end. Both must be valid. */
export function withGroup(file: string, group: string): string {
  const document = parseDocument(file, PARSE);
  const added = parseDocument(group, PARSE);
  // One line of JSON would be hard to read and to compare.
  visit(added, {
    Collection(_key, node) {
      node.flow = false;
    },
    Pair(_key, { key }) {
      if (isScalar(key) && PLAIN_KEY.test(String(key.value))) key.type = 'PLAIN';
    },
  });
  if (!isMap(added.contents)) throw new Error('Cannot add the group: it is no mapping');
  const groups = groupsOf(document);
  const at = indexOf(groups, added.contents);
  if (at < 0) groups.items.push(added.contents);
  else groups.items[at] = added.contents;
  // What stood above the first group spoke of it.
  if (at === 0) groups.commentBefore = null;
  return document.toString(WRITE);
}

/** The rule file without the group; null when it has none of that name. */
export function withoutGroup(file: string, name: string): string | null {
  const document = parseDocument(file, PARSE);
  const groups = groupsOf(document);
  const left = groups.items.filter((item) => !isMap(item) || item.get('name') !== name);
  if (left.length === groups.items.length) return null;
  if (left[0] !== groups.items[0]) groups.commentBefore = null;
  groups.items = left;
  return document.toString(WRITE);
}

/** One group of the rule file as YAML of its own; null when it has none of that name. */
export function groupText(file: string, name: string): string | null {
  const document = parseDocument(file, PARSE);
  const found = groupsOf(document).items.find((item) => isMap(item) && item.get('name') === name);
  if (!isMap(found)) return null;
  return new Document(found, PARSE).toString(WRITE);
}

/** `name: [group, ...]` for each file, as Mimir's ruler lists its namespaces. */
export function namespacesText(files: ReadonlyMap<string, string>): string {
  const listed = parseDocument('{}', PARSE);
  if (!isMap(listed.contents)) throw new Error('Cannot list rules: an empty mapping is no mapping');
  listed.contents.flow = false;
  for (const [namespace, file] of files) listed.set(namespace, groupsOf(parseDocument(file, PARSE)));
  return listed.toString(WRITE);
}

function groupsOf(document: Document): YAMLSeq {
  const groups = isMap(document.contents) ? document.contents.get('groups') : null;
  if (isSeq(groups)) return groups;
  const empty = new YAMLSeq();
  document.contents = document.createNode({ groups: [] });
  document.set('groups', empty);
  return empty;
}

function indexOf(groups: YAMLSeq, group: YAMLMap): number {
  const name = group.get('name');
  return groups.items.findIndex((item) => isMap(item) && item.get('name') === name);
}
