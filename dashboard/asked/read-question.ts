import type { Question } from './asked-query.ts';

const languages: Readonly<Record<string, Question['language']>> = {
  '/api/v1/query': 'PromQL',
  '/api/v1/query_range': 'PromQL',
  '/api/tocsin/v1/query_batch': 'PromQL',
  '/loki/api/v1/query': 'LogQL',
  '/loki/api/v1/query_range': 'LogQL',
};
const lengthMax = 4096;

/** Whether a request to this path asks for the answer to a query. */
export const isQuestion = (path: string): boolean => Object.hasOwn(languages, path);

/** What a request asks: by its address, a form, or a batch's JSON. What cannot be read is left empty; nothing throws. */
export function readQuestion(path: string, search: string, body: string): Question {
  const language = languages[path] ?? 'PromQL';
  if (path.endsWith('/query_batch')) return readBatch(language, body);
  const params = new URLSearchParams(search);
  for (const [name, value] of new URLSearchParams(body)) if (!params.has(name)) params.set(name, value);
  return {
    language,
    query: (params.get('query') ?? '').slice(0, lengthMax),
    others: 0,
    ...spanOf({ start: params.get('start'), end: params.get('end'), step: params.get('step') }, language),
  };
}

interface Span {
  readonly start: unknown;
  readonly end: unknown;
  readonly step: unknown;
}

function readBatch(language: Question['language'], body: string): Question {
  const nothing = { language, query: '', others: 0, fromMs: null, toMs: null, stepSeconds: null };
  try {
    const batch: unknown = JSON.parse(body);
    const queries = entry(batch, 'queries');
    if (!Array.isArray(queries) || queries.length === 0) return nothing;
    const [first]: unknown[] = queries;
    const of = (name: string): unknown => entry(first, name) ?? entry(batch, name);
    return {
      language,
      query: String(of('query') ?? '').slice(0, lengthMax),
      others: queries.length - 1,
      ...spanOf({ start: of('start'), end: of('end'), step: of('step') }, language),
    };
  } catch {
    return nothing;
  }
}

function spanOf(
  { start, end, step }: Span,
  language: Question['language'],
): Pick<Question, 'fromMs' | 'toMs' | 'stepSeconds'> {
  return { fromMs: momentOf(start, language), toMs: momentOf(end, language), stepSeconds: secondsOf(step) };
}

/** Seconds or RFC 3339; Loki takes nanoseconds too. */
function momentOf(value: unknown, language: Question['language']): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  const ms = Number.isNaN(number)
    ? Date.parse(String(value))
    : language === 'LogQL' && Math.abs(number) > 1e14
      ? number / 1e6
      : number * 1000;
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? Math.round(ms) : null;
}

const sizes: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function secondsOf(value: unknown): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|[smhdw])?$/.exec(String(value ?? ''));
  return match === null ? null : Number(match[1]) * (sizes[match[2] ?? 's'] ?? 1);
}

const entry = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
