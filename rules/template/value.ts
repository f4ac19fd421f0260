/**
 * Go values as the template engine sees them. A Go int is a bigint and a Go float64 a number, because templates
 * print and compare the two differently (`{{ 1 }}` against `{{ 1e6 }}`, `gt 1.5 1` is an error).
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | GoList
  | GoMap
  | GoStruct
  | GoFunction
  | GoSafeText;

export interface GoList {
  readonly kind: 'list';
  /** Go's name of the type, `[]string`. */
  readonly type: string;
  readonly items: readonly Value[];
  readonly methods?: Methods;
  /** Of a list that only begins here: how many there are, which is what `len` says. */
  readonly total?: number;
}

export interface GoMap {
  readonly kind: 'map';
  readonly type: string;
  readonly entries: ReadonlyMap<string, Value>;
  /** What an absent key gives: the element type's zero value. */
  readonly zero: Value;
  readonly methods?: Methods;
}

export interface GoStruct {
  readonly kind: 'struct';
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods?: Methods;
  /** What its String method returns; without it, fields are printed. */
  readonly text?: string;
  /** For a named number such as time.Duration (nanoseconds): the number behind the name. */
  readonly number?: number;
}

/** Text an author marked as safe (`safeHtml`, `safeUrl`): the HTML escaper leaves it as it is. */
export interface GoSafeText {
  readonly kind: 'safe';
  readonly context: 'html' | 'url';
  readonly text: string;
}

export interface GoFunction {
  readonly kind: 'function';
  readonly name: string;
  /** Arguments accepted; null for any number from `minimum` on. */
  readonly minimum: number;
  readonly maximum: number | null;
  call(args: readonly Value[]): Value;
}

export type Methods = ReadonlyMap<string, GoFunction>;
export type FunctionTable = ReadonlyMap<string, GoFunction>;

/** A function for templates. `maximum` null means variadic; omitted, exactly `minimum`. */
export function goFunction(
  name: string,
  call: (...args: Value[]) => Value,
  minimum: number,
  maximum: number | null = minimum,
): GoFunction {
  return { kind: 'function', name, minimum, maximum, call: (args) => call(...args) };
}

export function functionTable(functions: readonly GoFunction[]): FunctionTable {
  return new Map(functions.map((each) => [each.name, each]));
}

export function goList(items: readonly Value[], type = '[]interface {}', methods?: Methods): GoList {
  return methods ? { kind: 'list', type, items, methods } : { kind: 'list', type, items };
}

/** A Go `map[string]string`, or a type that is one: a missing key reads as the empty string. */
export function goStringMap(
  entries: Iterable<readonly [string, string]>,
  methods?: Methods,
  type = 'map[string]string',
): GoMap {
  const map = {
    kind: 'map',
    type,
    entries: new Map<string, Value>(entries),
    zero: '',
  } as const;
  return methods ? { ...map, methods } : map;
}

export function goStruct(
  type: string,
  fields: Readonly<Record<string, Value>>,
  extra: Pick<GoStruct, 'methods' | 'text' | 'number'> = {},
): GoStruct {
  return { kind: 'struct', type, fields: new Map(Object.entries(fields)), ...extra };
}

/** Go's name of the value's type, as error messages and `%T` show it. */
export function typeName(value: Value): string {
  if (value === null) return 'nil';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    default:
      if (value.kind === 'function') return 'func';
      if (value.kind === 'safe') return value.context === 'html' ? 'template.HTML' : 'template.URL';
      return value.type;
  }
}

/** Whether `if`, `with`, `and`, `or` take the value as true: everything but the zero value of its type. */
export function isTrue(value: Value): boolean {
  if (value === null) return false;
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    case 'string':
      return value !== '';
    default:
      if (value.kind === 'list') return value.items.length > 0;
      if (value.kind === 'map') return value.entries.size > 0;
      if (value.kind === 'safe') return value.text !== '';
      if (value.kind === 'struct' && value.number !== undefined) return value.number !== 0;
      return true;
  }
}
