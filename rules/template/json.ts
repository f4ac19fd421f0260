import { compareStrings } from '@tocsin/protocol/labels/labels.ts';
import { formatFloat } from './float.ts';
import { epochOf } from './time.ts';
import { formatTime } from './time-layout.ts';
import type { Value } from './value.ts';

/** Go's json.Marshal: keys sorted, `<`, `>` and `&` escaped. A struct's fields are written as their names in lower camel case. */
export function jsonOf(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quoteJson(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${value}`);
      return jsonFloat(value);
    default:
      break;
  }
  switch (value.kind) {
    case 'safe':
      return quoteJson(value.text);
    case 'function':
      throw new Error('json: unsupported type: func');
    case 'list':
      return `[${value.items.map(jsonOf).join(',')}]`;
    case 'map': {
      const keys = [...value.entries.keys()].sort(compareStrings);
      return `{${keys.map((key) => `${quoteJson(key)}:${jsonOf(value.entries.get(key)!)}`).join(',')}}`;
    }
    case 'struct':
      if (value.type === 'time.Time')
        return quoteJson(formatTime(epochOf(value), '2006-01-02T15:04:05.999999999Z07:00'));
      if (value.number !== undefined) return String(value.number);
      return `{${[...value.fields].map(([name, field]) => `${quoteJson(fieldName(value.type, name))}:${jsonOf(field)}`).join(',')}}`;
    default:
      return value satisfies never;
  }
}

/** Shortest digits; an exponent of one digit is written as one. */
function jsonFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude < 1e21 && (magnitude === 0 || magnitude >= 1e-6)) return formatFloat(value, 'f', -1);
  return formatFloat(value, 'e', -1).replace(/e-0(\d)$/, 'e-$1');
}

/** Labels -> labels, GeneratorURL -> generatorURL; the exceptions are Alertmanager's own. */
function fieldName(type: string, name: string): string {
  if (type === 'template.Pair') return name;
  if (name === 'NotificationReason') return 'notification_reason';
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function quoteJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
