import type { LogFilter } from '../address/address.ts';
import { quote } from '../promql/text.ts';

const levelNames = ['level', 'detected_level', 'severity_text'];
const otherSpellings = new Map([
  ['info', ['information', 'notice']],
  ['warn', ['warning']],
  ['error', ['err']],
  ['fatal', ['critical', 'crit', 'panic']],
]);

/** RE2 and JavaScript agree on what has to be escaped. */
const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * The LogQL query for a filter. Services are a stream label. The level may be a label or an attribute of the
 * single line, under one of several names and spellings, so it is compared after the stream selection, where both are seen.
 */
export function logQuery({ service, level, text }: LogFilter): string {
  const stream = service === '' ? '{service_name=~".+"}' : `{service_name=${quote(service)}}`;
  const line = text === '' ? '' : ` |= ${quote(text)}`;
  if (level === '') return stream + line;
  const spellings = quote(
    `(?i)(${[level, ...(otherSpellings.get(level) ?? [])].map(escapeRegex).join('|')})`,
  );
  const wanted = levelNames.map((name) => `${name}=~${spellings}`).join(' or ');
  return `${stream}${line} | ${wanted}`;
}

export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** One of `levels` for the many spellings in use; empty when it is none. */
export function normalLevel(text: string): string {
  const lower = text.toLowerCase();
  return levels.find((level) => level === lower || otherSpellings.get(level)?.includes(lower)) ?? '';
}
