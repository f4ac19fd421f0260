import { ask } from './ask.ts';
import { field, listOf, textOf } from './json-fields.ts';

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface Silence {
  readonly id: string;
  readonly state: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsMs: number;
  readonly endsMs: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** All silences, those in force first. */
export async function allSilences(signal: AbortSignal): Promise<readonly Silence[]> {
  const body = await ask({ path: '/api/v2/silences', signal });
  return listOf(body).map((silence) => ({
    id: textOf(field(silence, 'id')),
    state: textOf(field(field(silence, 'status'), 'state')),
    matchers: listOf(field(silence, 'matchers')).map((matcher) => ({
      name: textOf(field(matcher, 'name')),
      value: textOf(field(matcher, 'value')),
      isRegex: field(matcher, 'isRegex') === true,
      isEqual: field(matcher, 'isEqual') !== false,
    })),
    startsMs: Date.parse(textOf(field(silence, 'startsAt'))),
    endsMs: Date.parse(textOf(field(silence, 'endsAt'))),
    createdBy: textOf(field(silence, 'createdBy')),
    comment: textOf(field(silence, 'comment')),
  }));
}

/** Creates a silence and returns its id. */
export async function createSilence(silence: {
  readonly matchers: readonly SilenceMatcher[];
  readonly startsMs: number;
  readonly endsMs: number;
  readonly createdBy: string;
  readonly comment: string;
}): Promise<string> {
  const body = JSON.stringify({
    matchers: silence.matchers,
    startsAt: new Date(silence.startsMs).toISOString(),
    endsAt: new Date(silence.endsMs).toISOString(),
    createdBy: silence.createdBy,
    comment: silence.comment,
  });
  return textOf(
    field(await ask({ path: '/api/v2/silences', change: { method: 'POST', body } }), 'silenceID'),
  );
}

export const expireSilence = (id: string): Promise<unknown> =>
  ask({ path: `/api/v2/silence/${encodeURIComponent(id)}`, change: { method: 'DELETE' } });

/** The names of the receivers routes may send to. */
export async function receiverNames(signal: AbortSignal): Promise<readonly string[]> {
  return listOf(await ask({ path: '/api/v2/receivers', signal })).map((one) => textOf(field(one, 'name')));
}

/** The routing in force, as YAML without secrets. */
export async function routingText(signal: AbortSignal): Promise<string> {
  return textOf(field(field(await ask({ path: '/api/v2/status', signal }), 'config'), 'original'));
}
