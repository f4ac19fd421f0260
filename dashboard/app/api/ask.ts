import { begunAnswers } from './begun-answers.ts';
import { createHealthStore, type Upstream } from './health.ts';
import { field } from './json-fields.ts';
import { noteServerTime, serverNow } from './server-clock.ts';

export const health = createHealthStore();

/** The request was not answered, or answered with an error; the message is for the reader. */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly kind: 'down' | 'refused';
  /** HTTP status of what was refused; undefined when there was none. */
  readonly status: number | undefined;

  constructor(kind: AskError['kind'], message: string, status?: number) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

/** Whether a part does not answer: that is said once, at the top of the page, and quietly in the panels. */
export const isDown = (error: Error): boolean => error instanceof AskError && error.kind === 'down';

export interface Ask {
  readonly path: string;
  readonly params?: readonly (readonly [string, string])[];
  readonly signal?: AbortSignal;
  /** A change rather than a question; `body` is what is sent. */
  readonly change?: {
    readonly method: 'POST' | 'PUT' | 'DELETE';
    readonly body?: string;
    readonly contentType?: string;
  };
}

const addressLengthMax = 4000;

const upstreamOf = (path: string): Upstream =>
  /^\/(alerting\/|api\/v2\/|api\/oncall\/)/.test(path)
    ? 'alerting'
    : /^\/api\/tocsin\/v1\/(dashboards|import|links|render)(\/|$)/.test(path)
      ? 'dashboard'
      : 'aggregator';

/** The address a question is asked by. */
export function addressOf({ path, params = [] }: Pick<Ask, 'path' | 'params'>): string {
  const query = new URLSearchParams(params.map(([name, value]) => [name, value])).toString();
  return query === '' ? path : `${path}?${query}`;
}

/** Asks one of the APIs behind this page and returns the parsed JSON. Rejects with an AskError. */
export async function ask({ path, params = [], signal, change }: Ask): Promise<unknown> {
  const address = addressOf({ path, params });
  if (change === undefined && begunAnswers.has(address)) {
    const begun = await begunAnswers.take(address);
    if (begun !== undefined) return begun;
  }
  const query = address.slice(path.length + 1);
  const byPost = change === undefined && query.length > addressLengthMax;
  const url = byPost ? path : address;
  let response: Response;
  try {
    response = await fetch(url, {
      method: change?.method ?? (byPost ? 'POST' : 'GET'),
      ...(byPost
        ? { body: new URLSearchParams(query) }
        : change?.body === undefined
          ? {}
          : { body: change.body }),
      headers: {
        Accept: 'application/json',
        ...(change?.body === undefined ? {} : { 'Content-Type': change.contentType ?? 'application/json' }),
      },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    const detail = 'The dashboard’s server does not answer.';
    health.down('dashboard', health.get().dashboard?.sinceMs ?? Date.now(), detail);
    throw new AskError('down', detail);
  }
  health.up('dashboard');
  noteServerTime(Date.parse(response.headers.get('date') ?? ''), Date.now());
  const upstream = upstreamOf(path);
  const body = await readJson(response);
  if (response.status === 502 && response.headers.has('x-tocsin-down-since')) {
    const sinceMs = Date.parse(response.headers.get('x-tocsin-down-since') ?? '');
    const detail = errorText(body) ?? `The ${upstream} does not answer.`;
    health.down(upstream, Number.isNaN(sinceMs) ? serverNow() : sinceMs, detail);
    throw new AskError('down', `The ${upstream} does not answer.`);
  }
  health.up(upstream);
  if (!response.ok) {
    const detail = errorText(body) ?? `${path} answered ${response.status}.`;
    throw new AskError('refused', detail, response.status);
  }
  return body;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    if (response.ok) throw new AskError('refused', 'The answer is not JSON.');
    return { error: text.slice(0, 500) };
  }
}

function errorText(body: unknown): string | undefined {
  const value =
    field(body, 'error') ?? field(body, 'message') ?? (typeof body === 'string' ? body : undefined);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
