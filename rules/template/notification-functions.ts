import { numberArgument, textArgument } from './argument.ts';
import { humanizeDuration } from './humanize.ts';
import { jsonOf } from './json.ts';
import { printValue } from './print.ts';
import { capitalized, TEXT_FUNCTIONS } from './text-functions.ts';
import { epochOf, goDuration, goTime } from './time.ts';
import { formatTime } from './time-layout.ts';
import { type FunctionTable, functionTable, type GoMap, goFunction, goList, type Value } from './value.ts';

/** The functions of Alertmanager's notification templates (template.DefaultFuncs there). `nowMs` is the moment of sending. */
export function notificationFunctions(nowMs: number): FunctionTable {
  return functionTable([
    ...TEXT_FUNCTIONS,
    goFunction('title', (text) => capitalized(textArgument(text)), 1),
    goFunction('trimSpace', (text) => textArgument(text).trim(), 1),
    goFunction('join', (separator, list) => itemsOf(list).map(printValue).join(textArgument(separator)), 2),
    goFunction('stringSlice', (...values) => goList(values.map(textArgument), '[]string'), 0, null),
    goFunction('safeUrl', (text) => ({ kind: 'safe', context: 'url', text: textArgument(text) }), 1),
    goFunction('urlUnescape', (text) => unescapeQuery(textArgument(text)), 1),
    goFunction('date', (layout, time) => formatTime(epochOf(time), textArgument(layout), zoneOf(time)), 2),
    goFunction('tz', (zone, time) => goTime(epochOf(time), knownZone(textArgument(zone))), 2),
    goFunction('now', () => goTime(nowMs), 0),
    goFunction('since', (time) => goDuration((nowMs - epochOf(time)) * 1e6), 1),
    goFunction('humanizeDuration', (value) => humanizeDuration(numberArgument(value)), 1),
    goFunction('toJson', (value) => jsonOf(value ?? null), 1),
    goFunction('list', (...values) => goList(values), 0, null),
    goFunction('append', (list, ...values) => goList([...itemsOf(list), ...values]), 1, null),
    goFunction('dict', (...values) => dict(values), 0, null),
  ]);
}

function itemsOf(value: Value | undefined): readonly Value[] {
  // Go's nil slice.
  if (value === null) return [];
  if (value && typeof value === 'object' && value.kind === 'list') return value.items;
  throw new Error('wrong type for value; expected a list');
}

function dict(values: readonly Value[]): GoMap {
  if (values.length % 2 !== 0) throw new Error('dict expects even number of arguments');
  const entries = new Map<string, Value>();
  for (let i = 0; i < values.length; i += 2) {
    const key = values[i];
    if (typeof key !== 'string') throw new Error('dict keys must be strings');
    entries.set(key, values[i + 1]!);
  }
  return { kind: 'map', type: 'map[string]interface {}', entries, zero: null };
}

function unescapeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Error(`invalid URL escape in ${JSON.stringify(text)}`);
  }
}

/** Nothing is UTC, and `Local` the zone of this machine. */
function knownZone(zone: string): string {
  if (zone === '') return 'UTC';
  if (zone === 'Local') return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return zone;
  } catch {
    throw new Error(`unknown time zone ${zone}`);
  }
}

function zoneOf(time: Value | undefined): string {
  const zone =
    time && typeof time === 'object' && time.kind === 'struct' ? time.fields.get('zone') : undefined;
  return typeof zone === 'string' ? zone : 'UTC';
}
