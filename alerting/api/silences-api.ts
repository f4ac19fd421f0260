import type { CompiledMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { Router } from 'express';
import { z } from 'zod';
import { type Silence, type SilenceState, silenceStateAt } from '../silences/silence.ts';
import { SilenceError } from '../silences/silences.ts';
import type { ApiDeps } from './api-deps.ts';
import { ApiError } from './api-error.ts';
import { jsonBody } from './json-body.ts';
import { booleanParameter, filterParameters, parametersOf } from './request-parameters.ts';

const POSTED = z.object({
  id: z.string().nullish(),
  matchers: z.array(
    z.object({
      name: z.string().min(1),
      value: z.string(),
      isRegex: z.boolean(),
      isEqual: z.boolean().nullish(),
    }),
  ),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  createdBy: z.string(),
  comment: z.string(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const ORDER: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

/** Alertmanager's /api/v2/silences and /api/v2/silence/{id}. */
export function mountSilences(router: Router, deps: ApiDeps): void {
  const { silences, clock } = deps;

  router.get('/api/v2/silences', (request, response) => {
    const parameters = parametersOf(request);
    const filter = filterParameters(parameters);
    const now = clock.now();
    const wanted: Readonly<Record<SilenceState, boolean>> = {
      active: booleanParameter(parameters, 'active', true),
      pending: booleanParameter(parameters, 'pending', true),
      expired: booleanParameter(parameters, 'expired', true),
    };
    const shown = [...silences.all()].filter(
      (silence) =>
        wanted[silenceStateAt(silence, now)] && filter.every((matcher) => covers(silence, matcher)),
    );
    response.json(
      shown.sort((a, b) => compareSilences(a, b, now)).map((silence) => silenceJson(silence, now)),
    );
  });

  router.post('/api/v2/silences', async (request, response) => {
    const posted = await jsonBody(request, POSTED);
    const matchers = posted.matchers.map(matcherOf);
    const silenceID = answering(() =>
      silences.set({
        id: posted.id || null,
        matchers,
        startsAtMs: Date.parse(posted.startsAt),
        endsAtMs: Date.parse(posted.endsAt),
        createdBy: posted.createdBy,
        comment: posted.comment,
        annotations: posted.annotations ?? {},
      }),
    );
    response.json({ silenceID });
  });

  router.get('/api/v2/silence/:id', (request, response) => {
    const silence = silences.get(request.params.id);
    if (!silence) throw new ApiError(404, `silence ${request.params.id} not found`);
    response.json(silenceJson(silence, clock.now()));
  });

  router.delete('/api/v2/silence/:id', (request, response) => {
    answering(() => silences.expire(request.params.id));
    response.status(200).end();
  });
}

function matcherOf(posted: z.output<typeof POSTED>['matchers'][number]): Matcher {
  const equal = posted.isEqual ?? true;
  const kind = posted.isRegex ? (equal ? '=~' : '!~') : equal ? '=' : '!=';
  const matcher: Matcher = { kind, name: posted.name, value: posted.value };
  try {
    compileMatcher(matcher);
  } catch (error) {
    throw new ApiError(
      400,
      `invalid silence: bad matcher: ${error instanceof Error ? error.message : error}`,
    );
  }
  return matcher;
}

function answering<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof SilenceError)
      throw new ApiError(error.kind === 'not-found' ? 404 : 400, error.message);
    throw error;
  }
}

/** A filter asks for silences that have such a matcher, not for such that would match. */
function covers(silence: Silence, filter: CompiledMatcher): boolean {
  const { kind, name } = filter.matcher;
  return silence.matchers.some(
    (matcher) =>
      matcher.name === name && (matcher.kind === kind || kind === '=~') && filter.matches(matcher.value),
  );
}

/** Active ones by their end, pending ones by their start, expired ones latest first. */
function compareSilences(a: Silence, b: Silence, now: number): number {
  const state = silenceStateAt(a, now);
  const order = ORDER[state] - ORDER[silenceStateAt(b, now)];
  if (order !== 0) return order;
  if (state === 'active') return a.endsAtMs - b.endsAtMs;
  return state === 'pending' ? a.startsAtMs - b.startsAtMs : b.endsAtMs - a.endsAtMs;
}

function silenceJson(silence: Silence, now: number) {
  return {
    id: silence.id,
    status: { state: silenceStateAt(silence, now) },
    updatedAt: new Date(silence.updatedAtMs).toISOString(),
    comment: silence.comment,
    createdBy: silence.createdBy,
    startsAt: new Date(silence.startsAtMs).toISOString(),
    endsAt: new Date(silence.endsAtMs).toISOString(),
    annotations: silence.annotations,
    matchers: silence.matchers.map(({ kind, name, value }) => ({
      isEqual: kind === '=' || kind === '=~',
      isRegex: kind === '=~' || kind === '!~',
      name,
      value,
    })),
  };
}
