import { COMPARISONS } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { printValue, sprint } from './print.ts';
import { sprintf } from './printf.ts';
import {
  type FunctionTable,
  functionTable,
  goFunction,
  goList,
  isTrue,
  typeName,
  type Value,
} from './value.ts';

/** The functions every Go template has. `and` and `or` are here for their names; the evaluator stops them early. */
export const BUILTINS: FunctionTable = functionTable([
  goFunction('and', (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1)!, 1, null),
  goFunction('or', (...values) => values.find(isTrue) ?? values.at(-1)!, 1, null),
  goFunction('not', (value) => !isTrue(value!), 1),
  goFunction('len', length, 1),
  goFunction('index', index, 1, null),
  goFunction('slice', slice, 1, 4),
  goFunction('print', (...values) => sprint(values), 0, null),
  goFunction('println', (...values) => `${values.map(printValue).join(' ')}\n`, 0, null),
  goFunction('printf', (format, ...values) => sprintf(textOf('printf', format!), values), 1, null),
  goFunction('html', (...values) => escapeHtml(joined(values)), 0, null),
  goFunction('js', (...values) => escapeJs(joined(values)), 0, null),
  goFunction('urlquery', (...values) => escapeQuery(joined(values)), 0, null),
  goFunction(
    'call',
    (callee, ...values) => {
      if (callee === null || typeof callee !== 'object' || callee.kind !== 'function') {
        throw new Error(`non-function of type ${typeName(callee!)}`);
      }
      return callee.call(values);
    },
    1,
    null,
  ),
  ...COMPARISONS,
]);

function joined(values: readonly Value[]): string {
  // Escapers name a missing value otherwise than print does.
  if (values.some((value) => value === null)) return sprint(values.map((value) => value ?? '<no value>'));
  return sprint(values);
}

function textOf(name: string, value: Value): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && value.kind === 'safe') return value.text;
  throw new Error(`wrong type for value; expected string; got ${typeName(value)} (in ${name})`);
}

function length(value: Value | undefined): Value {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'list') return BigInt(value.total ?? value.items.length);
    if (value.kind === 'map') return BigInt(value.entries.size);
    if (value.kind === 'safe') return BigInt(Buffer.byteLength(value.text));
  }
  if (value === null || value === undefined) throw new Error('len of nil pointer');
  throw new Error(`len of type ${typeName(value)}`);
}

function index(item: Value | undefined, ...keys: Value[]): Value {
  let current: Value = item ?? null;
  if (current === null) throw new Error('index of untyped nil');
  for (const key of keys) {
    if (current !== null && typeof current === 'object' && current.kind === 'map') {
      if (typeof key !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`);
      current = current.entries.get(key) ?? current.zero;
    } else if (current !== null && typeof current === 'object' && current.kind === 'list') {
      const found: Value | undefined = current.items[position(key, current.items.length - 1)];
      current = found ?? null;
    } else if (typeof current === 'string') {
      const bytes: Buffer = Buffer.from(current);
      current = BigInt(bytes[position(key, bytes.length - 1)]!);
    } else throw new Error(`can't index item of type ${typeName(current)}`);
  }
  return current;
}

/** A whole number from 0 to `last`, else Go's complaint. */
function position(key: Value, last: number): number {
  if (typeof key !== 'bigint') throw new Error(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0n || key > BigInt(last)) throw new Error(`index out of range: ${key}`);
  return Number(key);
}

function slice(item: Value | undefined, ...bounds: Value[]): Value {
  const isList = item !== null && typeof item === 'object' && item.kind === 'list';
  if (typeof item !== 'string' && !isList)
    throw new Error(`can't slice item of type ${typeName(item ?? null)}`);
  if (typeof item === 'string' && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  // Go slices a string by its bytes.
  const bytes = typeof item === 'string' ? Buffer.from(item) : null;
  const size = bytes ? bytes.length : (item as { items: readonly Value[] }).items.length;
  const from = bounds[0] === undefined ? 0 : position(bounds[0], size);
  const to = bounds[1] === undefined ? size : position(bounds[1], size);
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (bytes) return bytes.subarray(from, to).toString('utf8');
  const list = item as { items: readonly Value[]; type: string };
  return goList(list.items.slice(from, to), list.type);
}
