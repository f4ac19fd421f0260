import { createParser } from 'eventsource-parser';
import { ask } from '../api/ask.ts';
import { field } from '../api/json-fields.ts';
import type { RangeAnswer } from '../api/prometheus.ts';
import { linesOf } from '../series/prometheus-lines.ts';
import type { TimeWindow } from '../time/range.ts';
import { cutHeld, type HeldLines, joinPart } from './held-lines.ts';

/** What the aggregator takes over one connection. */
const queriesMax = 100;
/** Panels come into sight in bunches: the connection is made anew once for all of them. */
const settleMs = 500;
const retryMs = 10_000;
const path = '/api/tocsin/v1/query_live';

interface Held {
  lines: HeldLines;
  keepSeconds: number;
}

/**
 * New points of the charts in sight, streamed over one connection, so that charts go on without asking for their whole time again.
 * Without the API (another product's), while it is down, and in a hidden tab there is no connection, and charts ask as ever.
 */
export interface LiveFeed {
  /** The answer for a time, when all of it is held. */
  lines(expr: string, window: TimeWindow): RangeAnswer | undefined;
  /** Takes an answer as what new points are added to. */
  hold(expr: string, window: TimeWindow, answer: RangeAnswer): void;
  /** Streams new points of an expression until the returned function is called. */
  watch(expr: string, stepSeconds: number): () => void;
  /** The newest moment (seconds) of which points came; 0 while there is no stream. */
  throughSeconds(): number;
  subscribe(listener: () => void): () => void;
}

export function createLiveFeed(): LiveFeed {
  const watched = new Map<string, { readonly expr: string; readonly stepSeconds: number; count: number }>();
  const held = new Map<string, Held>();
  const listeners = new Set<() => void>();
  let through = 0;
  let connection: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isKnown: boolean | undefined;

  const keyOf = (expr: string, stepSeconds: number) => `${stepSeconds} ${expr}`;
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void connect(), ms);
  };
  const close = () => {
    connection?.abort();
    connection = null;
  };

  async function connect(): Promise<void> {
    close();
    const wanted = [...watched].filter(([key]) => held.has(key)).slice(0, queriesMax);
    if (wanted.length === 0 || document.hidden) return;
    const control = new AbortController();
    connection = control;
    try {
      isKnown ??= await knowsLive(control.signal);
      if (!isKnown || control.signal.aborted) return;
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
        body: JSON.stringify({
          limit: 100,
          queries: wanted.map(([key, { expr, stepSeconds }]) => ({
            query: expr,
            step: stepSeconds,
            start: (held.get(key)?.lines.throughSeconds ?? 0) + stepSeconds,
          })),
        }),
        signal: control.signal,
      });
      if (!response.ok || response.body === null) throw new Error(`the live API answered ${response.status}`);
      const keys = wanted.map(([key]) => key);
      const parser = createParser({ onEvent: ({ data }) => take(keys, data) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) parser.feed(part.value);
      throw new Error('the stream ended');
    } catch {
      // Whatever it was, charts ask by themselves meanwhile.
      if (!control.signal.aborted) later(retryMs);
    }
  }

  function take(keys: readonly string[], data: string): void {
    const event: unknown = JSON.parse(data);
    const key = keys[Number(field(event, 'query'))];
    const own = key === undefined ? undefined : held.get(key);
    if (key === undefined || own === undefined) return;
    const answer = field(event, 'answer');
    const throughSeconds = Number(field(event, 'through'));
    const joined =
      field(answer, 'status') === 'success'
        ? joinPart(
            own.lines,
            {
              fromSeconds: Number(field(event, 'from')),
              throughSeconds,
              lines: linesOf(field(answer, 'data')),
            },
            own.keepSeconds,
          )
        : undefined;
    if (joined === undefined) {
      // What failed or does not join on is asked for as a whole, and then streamed again.
      held.delete(key);
      return;
    }
    own.lines = joined;
    if (throughSeconds > through) {
      through = throughSeconds;
      for (const listener of listeners) listener();
    }
  }

  if (typeof document !== 'undefined') {
    document.addEventListener('visibilitychange', () => (document.hidden ? close() : later(settleMs)));
  }
  return {
    lines(expr, window) {
      const own = held.get(keyOf(expr, window.stepSeconds));
      if (own === undefined) return undefined;
      own.keepSeconds = Math.max(own.keepSeconds, window.fromMs / 1000);
      const lines = cutHeld(own.lines, window.fromMs / 1000, window.toMs / 1000);
      return lines && { lines, warnings: [] };
    },
    hold(expr, window, answer) {
      const key = keyOf(expr, window.stepSeconds);
      if (!watched.has(key)) return;
      const isNew = !held.has(key);
      const fromSeconds = window.fromMs / 1000;
      const lines = {
        fromSeconds,
        throughSeconds: window.toMs / 1000,
        stepSeconds: window.stepSeconds,
        lines: answer.lines,
      };
      held.set(key, { lines, keepSeconds: fromSeconds });
      if (isNew) later(settleMs);
    },
    watch(expr, stepSeconds) {
      const key = keyOf(expr, stepSeconds);
      const one = watched.get(key) ?? { expr, stepSeconds, count: 0 };
      one.count++;
      watched.set(key, one);
      if (held.has(key)) later(settleMs);
      return () => {
        one.count--;
        if (one.count > 0) return;
        watched.delete(key);
        held.delete(key);
        later(settleMs);
      };
    },
    throughSeconds: () => through,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether the aggregator streams; asked once, because what does not answer now may later. */
async function knowsLive(signal: AbortSignal): Promise<boolean> {
  const body = await ask({ path: '/api/v1/features', signal });
  return field(field(field(body, 'data'), 'tocsin'), 'query_live') === true;
}
