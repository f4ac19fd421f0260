import type { Random } from '@tocsin/runtime/random.ts';
import { TIMES } from './files.ts';

/** One thing that may go wrong, and which rule says so. */
export interface Trouble {
  readonly rule: 'Down' | 'Slow' | 'Load' | 'TocsinAggregatorUnreachable';
  readonly instance: string;
  readonly service: string;
  readonly severity: 'page' | 'notice' | 'warning' | 'critical';
}

export type ReceiverName = 'everyone' | 'team' | 'night';

/** What is the case at a moment of the simulation. */
export interface World {
  /** Whether it is so that the trouble's rule holds. */
  holds(trouble: Trouble): boolean;
  failure(receiver: ReceiverName): 'none' | 'error' | 'page' | 'refused' | 'hang';
  readonly aggregatorDown: boolean;
  /** Moves on by one evaluation; what happens then besides. */
  step(): readonly Happening[];
}

export type Happening =
  | { readonly kind: 'restart' }
  | { readonly kind: 'kill' }
  /** The next time that something is being sent. */
  | { readonly kind: 'kill-in-send' }
  | { readonly kind: 'kill-at-write'; readonly write: number; readonly after: boolean }
  | { readonly kind: 'clock-step'; readonly ms: number }
  | { readonly kind: 'silence'; readonly instance: string; readonly minutes: number }
  | { readonly kind: 'reload' };

const SERVICES = ['s0', 's1', 's2'];
const INSTANCES = ['i0', 'i1', 'i2', 'i3', 'i4', 'i5'];
export const RECEIVERS: readonly ReceiverName[] = ['everyone', 'team', 'night'];
const DAY_MINUTES = 1_440;

const serviceOf = (instance: string) => SERVICES[INSTANCES.indexOf(instance) % SERVICES.length]!;

const UNREACHABLE: Trouble = {
  rule: 'TocsinAggregatorUnreachable',
  instance: '',
  service: '',
  severity: 'critical',
};

export const TROUBLES: readonly Trouble[] = INSTANCES.flatMap((instance): readonly Trouble[] => {
  const service = serviceOf(instance);
  return [
    { rule: 'Down', instance, service, severity: 'page' },
    { rule: 'Slow', instance, service, severity: 'notice' },
    { rule: 'Load', instance, service, severity: 'warning' },
    { rule: 'Load', instance, service, severity: 'critical' },
  ];
}).concat(UNREACHABLE);

/** Something that is now so and now not, each for a time by chance; means in minutes. */
class Toggle {
  on = false;
  #left: number;
  readonly #random: Random;
  readonly #meanOff: number;
  readonly #meanOn: number;

  constructor(random: Random, meanOff: number, meanOn: number) {
    this.#random = random;
    this.#meanOff = meanOff;
    this.#meanOn = meanOn;
    this.#left = this.#draw(meanOff);
  }

  step(): boolean {
    if (--this.#left > 0) return false;
    this.on = !this.on;
    this.#left = this.#draw(this.on ? this.#meanOn : this.#meanOff);
    return true;
  }

  #draw(mean: number): number {
    return 1 + Math.round((-Math.log(1 - this.#random.next()) * mean) / TIMES.evaluationMinutes);
  }
}

const FAILURES = ['error', 'page', 'refused', 'hang'] as const;

export function createWorld(random: Random): World {
  const down = new Map(INSTANCES.map((name) => [name, new Toggle(random, 1.5 * DAY_MINUTES, 60)]));
  const slow = new Map(INSTANCES.map((name) => [name, new Toggle(random, 0.7 * DAY_MINUTES, 25)]));
  const busy = new Map(INSTANCES.map((name) => [name, new Toggle(random, DAY_MINUTES, 90)]));
  const overrun = new Map(INSTANCES.map((name) => [name, new Toggle(random, 40, 40)]));
  const failing = new Map(
    RECEIVERS.map((name) => [
      name,
      { toggle: new Toggle(random, 2 * DAY_MINUTES, 60), how: 'none' as const },
    ]),
  );
  const how = new Map<ReceiverName, (typeof FAILURES)[number]>();
  const aggregator = new Toggle(random, 3 * DAY_MINUTES, 15);
  const happens = (perDay: number) => random.next() < (perDay * TIMES.evaluationMinutes) / DAY_MINUTES;

  return {
    holds({ rule, instance, severity }) {
      if (rule === 'Down') return down.get(instance)!.on;
      if (rule === 'TocsinAggregatorUnreachable') return aggregator.on;
      if (rule === 'Slow') return slow.get(instance)!.on;
      return busy.get(instance)!.on && (severity === 'warning' || overrun.get(instance)!.on);
    },
    failure: (receiver) => (failing.get(receiver)!.toggle.on ? how.get(receiver)! : 'none'),
    get aggregatorDown() {
      return aggregator.on;
    },
    step() {
      for (const toggles of [down, slow, busy, overrun]) for (const toggle of toggles.values()) toggle.step();
      for (const [name, { toggle }] of failing)
        if (toggle.step() && toggle.on) how.set(name, FAILURES[random.below(FAILURES.length)]!);
      aggregator.step();
      const happenings: Happening[] = [];
      if (happens(0.7)) happenings.push({ kind: 'restart' });
      if (happens(1)) happenings.push({ kind: 'kill' });
      if (happens(1)) happenings.push({ kind: 'kill-in-send' });
      if (happens(2))
        happenings.push({ kind: 'kill-at-write', write: 1 + random.below(12), after: random.next() < 0.5 });
      if (happens(0.3))
        happenings.push({ kind: 'clock-step', ms: Math.round((random.next() - 0.5) * 2 * 3_600_000) });
      if (happens(3)) {
        const instance = INSTANCES[random.below(INSTANCES.length)]!;
        happenings.push({ kind: 'silence', instance, minutes: 5 + random.below(600) });
      }
      if (happens(0.5)) happenings.push({ kind: 'reload' });
      return happenings;
    },
  };
}
