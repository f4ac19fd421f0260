import { compareStrings } from '@tocsin/protocol/labels/labels.ts';
import { formatFloat } from './float.ts';
import { typeName, type Value } from './value.ts';

/** A value as Go's `fmt` prints it with %v. Strings inside of lists and maps stand without quotes, as in Go. */
export function printValue(value: Value): string {
  if (value === null) return '<nil>';
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatFloat(value, 'g', -1);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      break;
  }
  switch (value.kind) {
    case 'safe':
      return value.text;
    case 'function':
      return `func ${value.name}`;
    case 'list': {
      const text = callString(value.methods?.get('String'));
      return text ?? `[${value.items.map(printValue).join(' ')}]`;
    }
    case 'map': {
      const text = callString(value.methods?.get('String'));
      if (text !== null) return text;
      const keys = [...value.entries.keys()].sort(compareStrings);
      return `map[${keys.map((key) => `${key}:${printValue(value.entries.get(key)!)}`).join(' ')}]`;
    }
    case 'struct':
      if (value.text !== undefined) return value.text;
      if (value.number !== undefined) return String(value.number);
      return `{${[...value.fields.values()].map(printValue).join(' ')}}`;
    default:
      return value satisfies never;
  }
}

/** With %T. */
export { typeName };

function callString(method: { call(args: readonly Value[]): Value } | undefined): string | null {
  const text = method?.call([]);
  return typeof text === 'string' ? text : null;
}

/** Go's fmt.Sprint: a space between two operands when neither is a string. */
export function sprint(values: readonly Value[]): string {
  let result = '';
  values.forEach((value, i) => {
    if (i > 0 && !isText(value) && !isText(values[i - 1]!)) result += ' ';
    result += printValue(value);
  });
  return result;
}

/** Marked text is of a type whose kind is string. */
function isText(value: Value): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value?.kind === 'safe');
}
