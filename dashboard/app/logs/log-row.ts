import { normalLevel } from './log-query.ts';

/** One log record as a row of the table. */
export interface LogRow {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly level: string;
  readonly service: string;
  readonly message: string;
  /** The attributes that are the line's own, not its sender's, in one line: `cart=17 euros=74`. */
  readonly brief: string;
  /** Stream labels and the line's own attributes, by name. */
  readonly attributes: readonly (readonly [string, string])[];
}

const parsedLengthMax = 20_000;

/**
 * Makes a row of a stream's labels and one entry. A line that is a JSON object, as pino writes them, shows its
 * message and lists the rest as attributes.
 */
export function logRow(
  labels: Readonly<Record<string, string>>,
  timeNs: string,
  line: string,
  metadata: Readonly<Record<string, string>>,
  index: number,
): LogRow {
  const parsed = parseObject(line);
  const all: Record<string, string> = { ...labels, ...metadata, ...parsed?.attributes };
  const level =
    normalLevel(all['level'] ?? '') ||
    normalLevel(all['detected_level'] ?? '') ||
    normalLevel(all['severity_text'] ?? '');
  return {
    key: `${timeNs} ${index}`,
    timeMs: Math.floor(Number(timeNs) / 1e6),
    level: level || (all['level'] ?? all['detected_level'] ?? ''),
    service: all['service_name'] ?? all['service'] ?? '',
    message: parsed?.message ?? line,
    brief: briefOf(all),
    attributes: Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

const sender =
  /^(service|service_.*|telemetry_.*|severity_.*|scope_.*|host|host_name|os_.*|process_.*|level|detected_level|layer|name|hostname|pid|time|instance|job|trace_id|span_id|trace_flags)$/;
const briefAttributesMax = 8;
const briefValueLengthMax = 60;

function briefOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .filter(([name]) => !sender.test(name))
    .slice(0, briefAttributesMax)
    .map(([name, value]) => `${name.slice(0, briefValueLengthMax)}=${value.slice(0, briefValueLengthMax)}`)
    .join(' ');
}

const pinoLevels: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

function parseObject(
  line: string,
): { readonly message: string | undefined; readonly attributes: Record<string, string> } | undefined {
  if (!line.startsWith('{') || line.length > parsedLengthMax) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const attributes: Record<string, string> = {};
  let message: string | undefined;
  for (const [name, item] of Object.entries(value)) {
    if ((name === 'msg' || name === 'message') && typeof item === 'string') message = item;
    else if (name === 'level' && typeof item === 'number')
      attributes[name] = pinoLevels[String(item)] ?? String(item);
    else attributes[name] = typeof item === 'string' ? item : JSON.stringify(item);
  }
  return { message, attributes };
}
