import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import type { YamlFile } from './yaml-file.ts';

/**
 * The file's value as the schema makes it, defaults filled in. Throws ConfigError naming the line, the key and
 * what was expected. An empty file counts as an empty mapping. Use `z.strictObject` so that a misspelt key is
 * an error and not a setting without effect.
 */
export function checkSchema<Schema extends z.ZodType>(source: YamlFile, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(source.value ?? {});
  if (result.success) return result.data;
  const issue = mostSpecific(result.error.issues);
  const where = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const line = source.lineOfKey([...issue.path, key]);
    const scope = where === '' ? '' : ` in ${where}`;
    const suggestion = closest(key, knownKeys(schema, issue.path));
    const advice = suggestion ? `did you mean "${suggestion}"?` : 'remove it or correct its spelling';
    throw new ConfigError(source.file, line, `unknown key "${key}"${scope}; ${advice}`);
  }
  const name = where === '' ? 'the file' : where;
  const missing = issue.code === 'invalid_type' && valueAt(source.value, issue.path) === undefined;
  const detail = missing ? `${name} is missing (${describe(issue)})` : `${name}: ${describe(issue)}`;
  throw new ConfigError(source.file, source.lineOf(issue.path), detail);
}

type Issue = z.core.$ZodIssue;

/** Of the complaints of a union's branches the deepest is the one about what the writer meant. */
function mostSpecific(issues: readonly Issue[]): Issue {
  let best = issues[0]!;
  for (const issue of issues) {
    if (issue.code !== 'invalid_union') continue;
    for (const branch of issue.errors) {
      if (branch.length === 0) continue;
      const inner = mostSpecific(branch);
      if (inner.path.length > 0) return { ...inner, path: [...issue.path, ...inner.path] } as Issue;
    }
    best = issue;
  }
  return best;
}

function describe(issue: Issue): string {
  const message = issue.message.replace(/^Invalid input: /, '');
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** `rule_files[0].name` */
function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path)
    text += typeof key === 'number' ? `[${key}]` : `${text === '' ? '' : '.'}${String(key)}`;
  return text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value ?? {};
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

/** The keys the schema has at `path`, as far as it is made of plain objects. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: unknown = schema;
  for (const key of path) current = child(unwrap(current), key);
  const object = unwrap(current);
  return hasShape(object) ? Object.keys(object.shape) : [];
}

function child(schema: unknown, key: PropertyKey): unknown {
  if (hasShape(schema)) return Reflect.get(schema.shape, key);
  if (typeof schema === 'object' && schema !== null && 'element' in schema) return schema.element;
  return undefined;
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  // An array can be unwrapped too, to its element; that step belongs to the path's index.
  while (typeof current === 'object' && current !== null && 'unwrap' in current && !('element' in current)) {
    const { unwrap: step } = current;
    if (typeof step !== 'function') break;
    current = step.call(current);
  }
  return current;
}

function hasShape(schema: unknown): schema is { readonly shape: Readonly<Record<string, unknown>> } {
  return (
    typeof schema === 'object' && schema !== null && 'shape' in schema && typeof schema.shape === 'object'
  );
}

/** The known word nearest to `word`, if it is near enough to be a misspelling. */
export function closest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length]!;
}
