import { catalogue } from './catalogue.ts';
import type { Chance } from './chance.ts';

export interface Customers {
  /** Customers who are in the shop at this moment. */
  readonly present: number;
  /** Lets those present hurry through, and nobody new in. */
  stop(): Promise<void>;
}

// A day of the demo: people sleep, come in the morning, and most in the evening.
const DAY_MS = 24 * 60_000;
const ARRIVALS_PER_SECOND = { night: 0.6, evening: 4 };
const PRESENT_MAX = 200;
const PATIENCE_MS = 5_000;
const THINKING_MS = 400;

/** Sends synthetic customers into the shop at `url` until it is stopped. They leave when something fails. */
export function startCustomers(url: string, chance: Chance, now: () => number): Customers {
  const visits = new Set<Promise<void>>();
  const pauses = new Set<() => void>();
  let stopped = false;
  let number = 0;

  const pause = (meanMs: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, stopped ? 0 : chance.waitOf(meanMs));
      pauses.add(end);
    });
  const ask = async (
    visitor: string,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<unknown> => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'x-visitor': visitor, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    const content: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return content;
  };

  const visit = async (visitor: string): Promise<void> => {
    await ask(visitor, 'GET', '/products');
    if (chance.happens(0.05)) await ask(visitor, 'POST', '/signups', {});
    while (chance.happens(0.7)) {
      await pause(THINKING_MS);
      await ask(visitor, 'GET', `/products/${chance.pick(catalogue).id}`);
    }
    if (chance.happens(0.45)) return;
    const cart = cartId(await ask(visitor, 'POST', '/carts'));
    do {
      await ask(visitor, 'POST', `/carts/${cart}/items`, { product: chance.pick(catalogue).id });
      await pause(THINKING_MS);
    } while (chance.happens(0.3));
    if (chance.happens(0.3)) return;
    await ask(visitor, 'POST', `/carts/${cart}/address`, {});
    await pause(THINKING_MS);
    if (chance.happens(0.15)) return;
    await ask(visitor, 'POST', `/carts/${cart}/payment`, {});
  };
  const arrive = async (): Promise<void> => {
    while (!stopped) {
      await pause(1_000 / arrivalsPerSecond(now()));
      if (stopped || visits.size >= PRESENT_MAX) continue;
      // Whoever meets an error goes away; the shop's own metrics tell of it.
      const going: Promise<void> = visit(`visitor-${++number}`)
        .catch(() => undefined)
        .finally(() => visits.delete(going));
      visits.add(going);
    }
  };

  const arriving = arrive();
  return {
    get present() {
      return visits.size;
    },
    async stop() {
      stopped = true;
      for (const end of pauses) end();
      await arriving;
      await Promise.all(visits);
    },
  };
}

/** Between night and evening, as the demo's day goes. */
export function arrivalsPerSecond(nowMs: number): number {
  const hour = ((nowMs % DAY_MS) / DAY_MS) * 24;
  const daylight = (1 + Math.cos(((hour - 19) / 24) * 2 * Math.PI)) / 2;
  return ARRIVALS_PER_SECOND.night + (ARRIVALS_PER_SECOND.evening - ARRIVALS_PER_SECOND.night) * daylight;
}

function cartId(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'id' in answer) return String(answer.id);
  throw new Error('the shop opened no cart');
}
