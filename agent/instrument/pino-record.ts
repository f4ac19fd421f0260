import { type AnyValue, EMPTY_VALUE } from '@tocsin/protocol/otlp/any-value.ts';
import { anyValueOf } from '@tocsin/protocol/otlp/any-value-of.ts';
import type { LogRecord } from '@tocsin/protocol/otlp/log-record.ts';
import { limits } from '../limits.ts';

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

/** A line as pino wrote it, with what was known when it did. */
export interface PinoLine {
  readonly text: string;
  readonly atMs: number;
  readonly span: SpanIds | null;
}

export interface PinoKeys {
  /** As pino's own options. Defaults `msg` and `err`. */
  readonly messageKey?: string;
  readonly errorKey?: string;
}

// pino's levels and the OTLP severity at the start of each range.
const LEVELS = [
  { level: 10, name: 'TRACE', severity: 1 },
  { level: 20, name: 'DEBUG', severity: 5 },
  { level: 30, name: 'INFO', severity: 9 },
  { level: 40, name: 'WARN', severity: 13 },
  { level: 50, name: 'ERROR', severity: 17 },
  { level: 60, name: 'FATAL', severity: 21 },
] as const;
// The year 2540; as milliseconds, numbers below 10^11 would be before 1973.
const LATEST_MS = 1.8e13;
const UNIX_SECONDS_BELOW = 1e11;
const HEX = /^[0-9a-f]+$/;

/** The record of a line. A line that is no JSON object becomes the body as it is. */
export function pinoRecord({ text, atMs, span }: PinoLine, keys: PinoKeys = {}): LogRecord {
  const fields = parseObject(text);
  if (!fields)
    return record({
      atMs,
      span,
      body: { kind: 'string', value: text.trimEnd() },
      fields: {},
      level: undefined,
    });
  const { messageKey = 'msg', errorKey = 'err' } = keys;
  const {
    level,
    time,
    [messageKey]: message,
    [errorKey]: error,
    trace_id,
    span_id,
    trace_flags,
    ...others
  } = fields;
  // The same in every line; the resource says it once.
  const { pid: _pid, hostname: _hostname, ...rest } = others;
  return record({
    atMs: timeOf(time) ?? atMs,
    span: spanOf(trace_id, span_id, trace_flags) ?? span,
    body: message === undefined ? EMPTY_VALUE : anyValueOf(message),
    fields: { ...rest, ...exceptionFields(error, errorKey) },
    level,
  });
}

function record(from: {
  readonly atMs: number;
  readonly span: SpanIds | null;
  readonly body: AnyValue;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly level: unknown;
}): LogRecord {
  const known = levelOf(from.level);
  const timeNs = BigInt(Math.trunc(from.atMs)) * 1_000_000n;
  const entries = Object.entries(from.fields).filter(([, value]) => value !== undefined);
  return {
    timeNs,
    observedTimeNs: timeNs,
    severityNumber: known?.severity ?? 0,
    severityText: known?.name ?? (typeof from.level === 'string' ? from.level : ''),
    body: from.body,
    attributes: entries
      .slice(0, limits.logAttributesMax)
      .map(([key, value]) => ({ key, value: anyValueOf(value) })),
    flags: from.span?.flags ?? 0,
    traceId: from.span?.traceId ?? '',
    spanId: from.span?.spanId ?? '',
    eventName: '',
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A number of pino's, one of one's own (counts as the level below it), or a name. */
function levelOf(level: unknown): (typeof LEVELS)[number] | undefined {
  if (typeof level === 'number') return LEVELS.findLast((known) => known.level <= level) ?? LEVELS[0];
  if (typeof level !== 'string') return undefined;
  return LEVELS.find(({ name }) => name === level.toUpperCase());
}

/** pino's `epochTime` (ms), `isoTime`, or `unixTime` (s); null for what no 64 bits of nanoseconds can hold. */
function timeOf(time: unknown): number | null {
  const given = typeof time === 'string' ? Date.parse(time) : typeof time === 'number' ? time : Number.NaN;
  const atMs = typeof time === 'number' && time < UNIX_SECONDS_BELOW ? given * 1_000 : given;
  return atMs > 0 && atMs < LATEST_MS ? atMs : null;
}

function spanOf(traceId: unknown, spanId: unknown, flags: unknown): SpanIds | null {
  if (typeof traceId !== 'string' || traceId.length !== 32 || !HEX.test(traceId)) return null;
  const span = typeof spanId === 'string' && spanId.length === 16 && HEX.test(spanId) ? spanId : '';
  return { traceId, spanId: span, flags: Number(flags) === 1 ? 1 : 0 };
}

/** OpenTelemetry's names for what pino's error serializer writes. */
function exceptionFields(error: unknown, errorKey: string): Readonly<Record<string, unknown>> {
  if (error === undefined) return {};
  if (typeof error !== 'object' || error === null || !('stack' in error)) return { [errorKey]: error };
  return {
    'exception.type': 'type' in error ? error.type : undefined,
    'exception.message': 'message' in error ? error.message : undefined,
    'exception.stacktrace': error.stack,
  };
}
