import type { LogFilter } from '../address/address.ts';
import { quote } from '../promql/text.ts';

/**
 * The LogQL query for a filter. Services are a stream label. The level may be a label or an attribute of the
 * single line, under either of two names, so it is compared after the stream selection, where both are seen.
 */
export function logQuery({ service, level, text }: LogFilter): string {
  const stream = service === '' ? '{service_name=~".+"}' : `{service_name=${quote(service)}}`;
  const line = text === '' ? '' : ` |= ${quote(text)}`;
  const wanted = level === '' ? '' : ` | level=${quote(level)} or detected_level=${quote(level)}`;
  return stream + line + wanted;
}

export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** One of `levels` for the many spellings in use; empty when it is none. */
export function normalLevel(text: string): string {
  const lower = text.toLowerCase();
  if (lower === 'warning') return 'warn';
  if (lower === 'critical' || lower === 'crit' || lower === 'panic') return 'fatal';
  if (lower === 'err') return 'error';
  if (lower === 'information' || lower === 'notice') return 'info';
  return levels.find((level) => level === lower) ?? '';
}
