import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { badParameter } from './api-error.ts';

/** A request's parameters: those of the URL and of a form body together, as Prometheus reads them. */
export interface Parameters {
  /** The first value, or undefined when the parameter is absent or empty. */
  get(name: string): string | undefined;
  /** The first value; throws bad_data when there is none. */
  require(name: string): string;
  all(name: string): readonly string[];
  /** A time in milliseconds since the epoch: Unix seconds with fractions, or RFC 3339. */
  timeMs(name: string, fallback: number): number;
  /** The same; throws bad_data when it is absent. */
  requiredTimeMs(name: string): number;
  /** A positive duration in milliseconds: seconds with fractions, or Prometheus' notation. */
  durationMs(name: string): number | undefined;
  /** A whole number from 0 on; 0 when absent. */
  limit(name: string): number;
  /** The same parameters, but for one. */
  with(name: string, value: string): Parameters;
}

/** Where parameters are looked up. */
export interface ParameterSource {
  /** Null when there is none. */
  first(name: string): string | null;
  all(name: string): readonly string[];
  /** The same but for one. */
  with(name: string, value: string): ParameterSource;
}

/** Body parameters come first, as in Go's ParseForm. */
export function createParameters(query: URLSearchParams, body: URLSearchParams): Parameters {
  return parametersOf(formSource(query, body));
}

export function parametersOf(source: ParameterSource): Parameters {
  return new SourceParameters(source);
}

function formSource(query: URLSearchParams, body: URLSearchParams): ParameterSource {
  return {
    first: (name) => body.get(name) ?? query.get(name),
    all: (name) => [...body.getAll(name), ...query.getAll(name)],
    with: (name, value) => formSource(query, new URLSearchParams([[name, value], ...body])),
  };
}

class SourceParameters implements Parameters {
  readonly #source: ParameterSource;

  constructor(source: ParameterSource) {
    this.#source = source;
  }

  get(name: string): string | undefined {
    return this.#source.first(name) || undefined;
  }

  all(name: string): readonly string[] {
    return this.#source.all(name);
  }

  require(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw badParameter(name, 'it is missing');
    return value;
  }

  timeMs(name: string, fallback: number): number {
    const text = this.get(name);
    if (text === undefined) return fallback;
    const timeMs = parseTimeMs(text);
    if (timeMs === null) throw badParameter(name, `invalid time value for '${name}': ${noTimestamp(text)}`);
    return timeMs;
  }

  requiredTimeMs(name: string): number {
    const text = this.get(name) ?? '';
    const timeMs = parseTimeMs(text);
    if (timeMs === null) throw badParameter(name, noTimestamp(text));
    return timeMs;
  }

  durationMs(name: string): number | undefined {
    const text = this.get(name);
    if (text === undefined) return undefined;
    const durationMs = isDecimal(text) ? Number(text) * 1_000 : parseDurationMs(text);
    if (durationMs === null)
      throw badParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
    if (!(Math.abs(durationMs) < DURATION_MS_MAX)) {
      throw badParameter(
        name,
        `cannot parse ${JSON.stringify(text)} to a valid duration. It overflows int64`,
      );
    }
    return durationMs;
  }

  limit(name: string): number {
    const text = this.get(name);
    if (text === undefined) return 0;
    if (/^-\d+$/.test(text)) throw badParameter(name, `${name} must be non-negative`);
    const limit = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(limit)) {
      throw badParameter(name, `cannot parse ${JSON.stringify(text)} to a whole number from 0 on`);
    }
    return limit;
  }

  with(name: string, value: string): Parameters {
    return new SourceParameters(this.#source.with(name, value));
  }
}

// 2^63 nanoseconds, some 292 years.
const DURATION_MS_MAX = 2 ** 63 / 1e6;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
// The furthest times Prometheus can say, which Go prints in RFC 3339 with years no parser takes back.
const FURTHEST = new Map([
  ['-292273086-05-16T16:47:06Z', -8.64e15],
  ['292277025-08-18T07:12:54.999999999Z', 8.64e15],
]);

function noTimestamp(text: string): string {
  return `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
}

function parseTimeMs(text: string): number | null {
  if (isDecimal(text)) {
    const timeMs = Math.round(Number(text) * 1_000);
    return Math.abs(timeMs) <= Number.MAX_SAFE_INTEGER ? timeMs : null;
  }
  const furthest = FURTHEST.get(text);
  if (furthest !== undefined) return furthest;
  if (!RFC_3339.test(text)) return null;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? null : timeMs;
}

function isDecimal(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}
