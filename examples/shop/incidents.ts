import { createChance } from './chance.ts';

export type IncidentName = 'payment outage' | 'slow catalogue' | 'error burst' | 'sign-ups stop';

/** Something that goes wrong in the demo, from `startMs` to `endMs` (milliseconds since the epoch). */
export interface Incident {
  readonly name: IncidentName;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Incidents {
  at(nowMs: number): Incident | null;
}

const NAMES: readonly IncidentName[] = ['payment outage', 'slow catalogue', 'error burst', 'sign-ups stop'];
const FIRST_AFTER_MS = 2 * 60_000;
const EVERY_MS = 6 * 60_000;
const LASTS_MS = 3 * 60_000;

/**
 * An incident every few minutes, known from the start and the seed alone, so that the shop, its payments and the
 * customers agree about it without talking. Each kind comes once in four, in an order of chance.
 */
export function createIncidents(startMs: number, seed: number): Incidents {
  return {
    at(nowMs) {
      const sinceFirst = nowMs - startMs - FIRST_AFTER_MS;
      const index = Math.floor(sinceFirst / EVERY_MS);
      if (index < 0 || sinceFirst - index * EVERY_MS >= LASTS_MS) return null;
      const from = startMs + FIRST_AFTER_MS + index * EVERY_MS;
      return { name: nameOf(index, seed), startMs: from, endMs: from + LASTS_MS };
    },
  };
}

export const noIncidents: Incidents = { at: () => null };

/** As the demo says it to its processes; without a word from it there are none. */
export function incidentsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Incidents {
  const startMs = Number(environment['SHOP_DEMO_START_MS'] ?? Number.NaN);
  const seed = Number(environment['SHOP_DEMO_SEED'] ?? Number.NaN);
  return Number.isFinite(startMs) && Number.isFinite(seed) ? createIncidents(startMs, seed) : noIncidents;
}

function nameOf(index: number, seed: number): IncidentName {
  const chance = createChance(seed + Math.floor(index / NAMES.length));
  const order = NAMES.map((name) => ({ name, rank: chance.next() })).sort((a, b) => a.rank - b.rank);
  return order[index % NAMES.length]!.name;
}
