import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { matchesAll } from '../routing/route.ts';
import type { Store } from '../store/store.ts';
import { type Silence, silenceStateAt } from './silence.ts';

export interface Silences {
  /** Creates, or updates the one with that id; returns the id, which is new when matchers or start changed. Throws SilenceError. */
  set(request: SilenceRequest): string;
  /** Ends it now. Throws SilenceError. */
  expire(id: string): void;
  get(id: string): Silence | undefined;
  all(): Iterable<Silence>;
  /** Ids of the active silences that match. */
  silencedBy(labels: Labels, timeMs: number): readonly string[];
  /** Removes those that expired longer ago than they are kept. */
  forgetExpired(timeMs: number): void;
}

export type SilenceRequest = Omit<Silence, 'id' | 'updatedAtMs'> & { readonly id: string | null };

/** `kind` is what the API answers: 404 or 400. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly kind: 'not-found' | 'invalid';

  constructor(kind: SilenceError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

// Alertmanager's --data.retention.
const RETENTION_MS = 120 * 3_600_000;

interface Held {
  readonly silence: Silence;
  readonly compiled: readonly CompiledMatcher[];
}

export function createSilences(store: Store, clock: Clock, random: Random): Silences {
  const held = new Map<string, Held>();
  for (const silence of store.loadSilences())
    held.set(silence.id, { silence, compiled: silence.matchers.map(compileMatcher) });

  const save = (silence: Silence): void => {
    const compiled = silence.matchers.map(compileMatcher);
    store.saveSilence(silence);
    held.set(silence.id, { silence, compiled });
  };
  const expire = (id: string): void => {
    const found = held.get(id);
    if (!found) throw new SilenceError('not-found', `silence ${id} not found`);
    const now = clock.now();
    const state = silenceStateAt(found.silence, now);
    if (state === 'expired') throw new SilenceError('invalid', `silence ${id} already expired`);
    // One that has not begun ends before it does.
    const startsAtMs = state === 'pending' ? now : found.silence.startsAtMs;
    save({ ...found.silence, startsAtMs, endsAtMs: now, updatedAtMs: now });
  };

  return {
    set(request) {
      const now = clock.now();
      const previous = request.id === null ? undefined : held.get(request.id)?.silence;
      if (request.id !== null && !previous)
        throw new SilenceError('not-found', `silence ${request.id} not found`);
      check(request, now);
      if (previous && canUpdate(previous, request, now)) {
        const { id, startsAtMs } = previous;
        const begins =
          silenceStateAt(previous, now) === 'active' ? startsAtMs : Math.max(request.startsAtMs, now);
        save({ ...request, id, startsAtMs: begins, updatedAtMs: now });
        return id;
      }
      if (held.size >= ALERTING_LIMITS.silences) {
        throw new SilenceError(
          'invalid',
          `there are already ${ALERTING_LIMITS.silences} silences; expired ones go after five days`,
        );
      }
      const id = random.uuid();
      store.transaction(() => {
        if (previous && silenceStateAt(previous, now) !== 'expired') expire(previous.id);
        save({ ...request, id, startsAtMs: Math.max(request.startsAtMs, now), updatedAtMs: now });
      });
      return id;
    },
    expire,
    get: (id) => held.get(id)?.silence,
    *all() {
      for (const { silence } of held.values()) yield silence;
    },
    silencedBy(labels, timeMs) {
      const ids: string[] = [];
      for (const { silence, compiled } of held.values()) {
        if (silenceStateAt(silence, timeMs) === 'active' && matchesAll(compiled, labels))
          ids.push(silence.id);
      }
      return ids;
    },
    forgetExpired(timeMs) {
      for (const { silence } of held.values()) {
        if (silence.endsAtMs > timeMs - RETENTION_MS) continue;
        store.deleteSilence(silence.id);
        held.delete(silence.id);
      }
    },
  };
}

function check(request: SilenceRequest, now: number): void {
  const refuse = (detail: string): never => {
    throw new SilenceError('invalid', `invalid silence: ${detail}`);
  };
  if (request.matchers.length === 0) refuse('at least one matcher required');
  if (request.matchers.every((matcher) => compileMatcher(matcher).matchesEmpty))
    refuse('at least one matcher must not match the empty string');
  if (request.endsAtMs < request.startsAtMs) refuse('end time must not be before start time');
  if (request.endsAtMs <= now) refuse("end time can't be in the past");
}

/** Whether the same silence goes on: its matchers may not change, nor its start once it is active. */
function canUpdate(previous: Silence, request: SilenceRequest, now: number): boolean {
  if (!sameMatchers(previous.matchers, request.matchers)) return false;
  const state = silenceStateAt(previous, now);
  if (state === 'active') return previous.startsAtMs === request.startsAtMs && request.endsAtMs >= now;
  return state === 'pending' && request.startsAtMs >= now;
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const text = (matchers: readonly Matcher[]) =>
    matchers.map((each) => JSON.stringify([each.name, each.kind, each.value])).sort();
  return text(a).join() === text(b).join();
}
