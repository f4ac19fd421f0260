import { compareStrings } from '@tocsin/protocol/labels/labels.ts';
import { type FormatFlags, pad } from './format-flags.ts';
import { formatFloating, formatInteger } from './format-number.ts';
import { formatText } from './format-text.ts';
import { TEMPLATE_LIMITS } from './limits.ts';
import { timeFields, timeSyntax } from './time-fields.ts';
import { type GoMap, type GoStruct, typeName, type Value } from './value.ts';

/** What a pointer is shown as: what stands where in memory is nobody's business. */
const NOWHERE = '0x0';
/** Verbs of whole numbers that also take a pointer. */
const POINTER_VERBS = new Set(['b', 'd', 'o', 'x', 'X']);
/** Verbs that ask a value for its own text. */
const TEXT_VERBS = new Set(['v', 's', 'x', 'X', 'q']);

/**
 * A value by one verb of Go's fmt. Lists, maps and structs hand verb and flags on to what they hold; what a verb does not
 * fit says so: `%!d(string=x)`.
 */
export function formatValue(verb: string, value: Value, given: FormatFlags): string {
  const isGeneral = verb === 'v';
  const flags = isGeneral
    ? { ...given, goSyntax: given.sharp, sharp: false, fieldNames: given.plus, plus: false }
    : given;
  if (value === null) return isGeneral || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  if (verb === 'T') return formatText('s', typeName(value), flags) ?? '';
  return format(verb, value, flags);
}

function format(verb: string, value: Value, flags: FormatFlags): string {
  const shown = formatKnown(verb, value, flags);
  if (shown === null) {
    if (value === null) return `%!${verb}(<nil>)`;
    return `%!${verb}(${typeName(value)}=${formatKnown('v', value, flags, false) ?? ''})`;
  }
  if (shown.length > TEMPLATE_LIMITS.outputLength) throw new Error('printf writes too much');
  return shown;
}

/** Null when the verb does not fit. Inside of a complaint values do not speak for themselves. */
function formatKnown(verb: string, value: Value, flags: FormatFlags, mayAsk = true): string | null {
  if (value === null) return verb === 'v' ? '<nil>' : null;
  switch (typeof value) {
    case 'string':
      return formatText(verb, value, flags);
    case 'bigint':
      return formatInteger(verb, value, flags);
    case 'number':
      return formatFloating(verb, value, flags);
    case 'boolean':
      return verb === 't' || verb === 'v' ? pad(String(value), flags) : null;
    default:
      break;
  }
  if (value.kind === 'safe') return formatText(verb, value.text, flags);
  if (verb === 'p') return value.kind === 'list' || value.kind === 'map' ? pad(NOWHERE, flags) : null;
  if (value.kind === 'function') return verb === 'v' ? pad(`func ${value.name}`, flags) : null;
  const own = mayAsk && TEXT_VERBS.has(verb) && !flags.goSyntax ? ownText(value) : null;
  if (own !== null) return formatText(verb, own, flags);
  switch (value.kind) {
    case 'list': {
      const items = value.items.map((item) => format(verb, item, flags));
      return flags.goSyntax ? `${value.type}{${items.join(', ')}}` : `[${items.join(' ')}]`;
    }
    case 'map':
      return formatMap(verb, value, flags);
    case 'struct':
      return formatStruct(verb, value, flags);
    default:
      return value satisfies never;
  }
}

function formatMap(verb: string, value: GoMap, flags: FormatFlags): string {
  const keys = [...value.entries.keys()].sort(compareStrings);
  const entries = keys.map(
    (key) => `${format(verb, key, flags)}:${format(verb, value.entries.get(key) ?? null, flags)}`,
  );
  return flags.goSyntax ? `${value.type}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
}

function formatStruct(verb: string, value: GoStruct, flags: FormatFlags): string | null {
  if (value.number !== undefined) return formatInteger(verb, BigInt(Math.trunc(value.number)), flags);
  if (value.type === 'time.Time') {
    if (flags.goSyntax && verb === 'v') return timeSyntax(value);
    const fields = timeFields(value).map(({ type, value: field }) => {
      if (field === null && verb === 'v') return pad('<nil>', flags);
      const number = formatInteger(verb, field ?? 0n, flags);
      if (number !== null && (field !== null || POINTER_VERBS.has(verb))) return number;
      return `%!${verb}(${type}=${field === null ? pad('<nil>', flags) : formatInteger('v', field, flags)})`;
    });
    return `{${fields.join(' ')}}`;
  }
  const isNamed = flags.fieldNames || flags.goSyntax;
  const fields = [...value.fields].map(
    ([name, field]) => `${isNamed ? `${name}:` : ''}${format(verb, field, flags)}`,
  );
  return flags.goSyntax ? `${value.type}{${fields.join(', ')}}` : `{${fields.join(' ')}}`;
}

function ownText(value: Exclude<Value, null | boolean | bigint | number | string>): string | null {
  if (value.kind === 'struct' && value.text !== undefined) return value.text;
  if (value.kind !== 'list' && value.kind !== 'map' && value.kind !== 'struct') return null;
  const text = value.methods?.get('String')?.call([]);
  return typeof text === 'string' ? text : null;
}
