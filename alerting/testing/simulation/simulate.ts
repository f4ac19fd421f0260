import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { type HttpAnswer, HttpFailure, type HttpRequest } from '@tocsin/runtime/http/client.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import type { Database } from '../../store/database.ts';
import { createCrashingDatabase } from '../crashing-database.ts';
import { httpAnswer } from '../fake-http.ts';
import { createStage, type Stage } from '../stage.case.ts';
import { ROUTING, RULES, TIMES } from './files.ts';
import { createOracle, type DeliveredBody } from './oracle.ts';
import { createWorld, type Happening, RECEIVERS, type ReceiverName, TROUBLES } from './world.ts';

/** Ways to break what is simulated, to see that it is found out. */
export interface Sabotage {
  readonly database?: (database: Database) => Database;
  /** How often the network hands an accepted message to its receiver. */
  readonly copies?: (random: Random) => number;
  /** Ends the simulation when it is complained of in such words. */
  readonly until?: RegExp;
}

export interface Simulated {
  readonly violations: readonly string[];
  /** How much happened: a simulation in which nothing does proves nothing. */
  readonly deliveries: number;
  readonly restarts: number;
  readonly silences: number;
  readonly failures: number;
}

const MINUTE_MS = 60_000;
const STEP_MS = TIMES.evaluationMinutes * MINUTE_MS;
/** Shorter than most sends. */
const LOOK_MS = 1_000;
/** A Monday. */
const START_MS = Date.UTC(2026, 5, 1);
const PAGE = `<html>${'x'.repeat(2 << 20)}</html>`;

interface InFlight {
  readonly key: string;
  accepted: boolean;
}

interface SilenceKept {
  readonly instance: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

/**
 * Days of alerting: its engine, dispatch, outbox, sender and database on a simulated clock, with an aggregator, receivers, people
 * and accidents made up by chance. The same seed gives the same days.
 */
export async function simulate(seed: number, days: number, sabotage: Sabotage = {}): Promise<Simulated> {
  const random = createSeededRandom(seed);
  const world = createWorld(random);
  const oracle = createOracle();
  const stage = createStage({ 'alertmanager.yml': ROUTING }, START_MS);
  // When a group is evaluated follows from its file's name, which in a folder of its own would be another each time.
  mkdirSync(join(stage.folder, 'rules'));
  stage.write('rules/simulation.yml', RULES);
  const inFlight = new Set<InFlight>();
  const uncertain = new Set<string>();
  const lately = new Map<string, number>();
  const silences: SilenceKept[] = [];
  let minute = 0;
  let restarts = 0;
  let failures = 0;
  let disturbed = false;
  let isKillArmed = false;
  let database = createCrashingDatabase(Number.POSITIVE_INFINITY, false);

  const silencedSince = (fromMs: number): ReadonlySet<string> => {
    const nowMs = stage.clock.now();
    const active = silences.filter(({ startsMs, endsMs }) => startsMs <= nowMs && fromMs < endsMs);
    return new Set(active.map(({ instance }) => instance));
  };
  const silencedNow = () => silencedSince(stage.clock.now());
  const isMutedAt = (receiver: ReceiverName, timeMs: number): boolean => {
    const day = new Date(timeMs).getUTCDay();
    return receiver === 'night' && (day === 0 || day === 6);
  };

  stage.http.handler = async (request) => {
    const receiver = RECEIVERS.find((name) => request.url === `http://${name}/`);
    return receiver === undefined ? null : await receive(receiver, request);
  };

  /** A receiver that takes a while to answer, before and after it has taken the message. */
  async function receive(receiver: ReceiverName, request: HttpRequest): Promise<HttpAnswer> {
    const key = request.headers?.['idempotency-key'] ?? '';
    const flight: InFlight = { key, accepted: false };
    const silenced = silencedNow();
    const wasUncertain = uncertain.has(key);
    const { clock } = stage;
    inFlight.add(flight);
    try {
      await clock.sleep(1 + random.below(1_500));
      const failure = world.failure(receiver);
      if (failure !== 'none') failures++;
      switch (failure) {
        case 'error':
          return httpAnswer(500, 'no');
        case 'page':
          return httpAnswer(503, PAGE);
        case 'refused':
          throw new HttpFailure(
            'unreachable',
            'Cannot connect',
            Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
          );
        case 'hang':
          uncertain.add(key);
          return await new Promise<HttpAnswer>(() => undefined);
        default: {
          const body: DeliveredBody = JSON.parse(String(request.body));
          for (let copies = sabotage.copies?.(random) ?? 1; copies > 0; copies--)
            oracle.deliver({ receiver, key, body, isUncertain: wasUncertain, silenced });
          flight.accepted = true;
          lately.set(key, minute);
          await clock.sleep(1 + random.below(1_500));
          return httpAnswer(200, 'taken');
        }
      }
    } finally {
      inFlight.delete(flight);
    }
  }

  const open = (file: string): Database => {
    const opened = database.open(file);
    // What is simulated is a killed process and not a power cut, which the disk's own tests are about.
    opened.exec('PRAGMA synchronous = OFF');
    return sabotage.database?.(opened) ?? opened;
  };
  const start = async (): Promise<void> => {
    try {
      await stage.start({ openDatabase: open });
    } catch (error) {
      if (!database.dead) throw error;
      await afterDeath();
    }
  };
  const killed = (): void => {
    oracle.mayRepeat([...inFlight].filter(({ accepted }) => accepted).map(({ key }) => key));
    for (const { key } of inFlight) uncertain.add(key);
    inFlight.clear();
    stage.abandon();
    disturbed = true;
    restarts++;
  };
  const afterDeath = async (): Promise<void> => {
    // It died at one of the writes of the last minutes, which may have been about any of these.
    const answered = [...lately]
      .filter(([, at]) => minute - at <= 2 * TIMES.evaluationMinutes)
      .map(([key]) => key);
    const open = new Set([...inFlight].map(({ key }) => key));
    oracle.mayRepeat(answered.filter((key) => !open.has(key)));
    for (const key of answered) uncertain.add(key);
    killed();
    database = createCrashingDatabase(Number.POSITIVE_INFINITY, false);
    await start();
  };

  try {
    database = createCrashingDatabase(Number.POSITIVE_INFINITY, false);
    await start();
    for (; minute < days * 1_440; minute += TIMES.evaluationMinutes) {
      disturbed = false;
      const happenings = world.step();
      show(stage, world);
      const within = random.below(STEP_MS);
      await stage.clock.advance(within);
      for (const happening of happenings) await happen(happening);
      await pass(STEP_MS - within);
      if (database.dead) await afterDeath();
      // What was decided since the last look may have been decided before a silence ended.
      const nowMs = stage.clock.now();
      const lateMs = nowMs - 2 * STEP_MS;
      const silenced = silencedSince(lateMs);
      oracle.look({
        holds: world.holds,
        isSilenced: (instance) => silenced.has(instance),
        isMuted: (receiver) => isMutedAt(receiver, nowMs) || isMutedAt(receiver, lateMs),
        isFailing: (receiver) => world.failure(receiver) !== 'none',
        isDisturbed: disturbed,
        aggregatorDown: world.aggregatorDown,
      });
      if (oracle.violations.some((violation) => sabotage.until?.test(violation))) break;
    }
    // Before the end, in which killed processes stop and say things nobody hears.
    const violations = [...oracle.violations];
    return { violations, deliveries: oracle.deliveries, restarts, silences: silences.length, failures };
  } finally {
    await stage.end();
  }

  /** Lets time pass, in small steps when something is to happen within a send. */
  async function pass(durationMs: number): Promise<void> {
    let leftMs = durationMs;
    for (; isKillArmed && leftMs > 0; leftMs -= LOOK_MS) {
      await stage.clock.advance(Math.min(LOOK_MS, leftMs));
      if (inFlight.size === 0) continue;
      isKillArmed = false;
      killed();
      await start();
    }
    if (leftMs > 0) await stage.clock.advance(leftMs);
  }

  async function happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'restart': {
        const stopping = stage.part.stop();
        await stage.clock.advance(3_000);
        await stopping;
        for (const { key } of inFlight) uncertain.add(key);
        disturbed = true;
        restarts++;
        await start();
        return;
      }
      case 'kill':
        killed();
        await start();
        return;
      case 'kill-in-send':
        isKillArmed = true;
        return;
      case 'kill-at-write':
        killed();
        database = createCrashingDatabase(happening.write, happening.after);
        await start();
        return;
      case 'clock-step':
        stage.clock.step(happening.ms);
        oracle.clockStepped();
        disturbed = true;
        return;
      case 'reload':
        if (!database.dead) await stage.part.reload?.();
        return;
      case 'silence': {
        const startsMs = stage.clock.now();
        const endsMs = startsMs + happening.minutes * MINUTE_MS;
        const taken = await post(stage, happening.instance, startsMs, endsMs);
        if (taken) silences.push({ instance: happening.instance, startsMs, endsMs });
        return;
      }
    }
  }
}

/** The aggregator's answers. */
function show(stage: Stage, world: ReturnType<typeof createWorld>): void {
  stage.http.aggregatorDown = world.aggregatorDown;
  const yielding = (rule: string, severity: string, value: number) =>
    TROUBLES.filter(
      (trouble) => trouble.rule === rule && trouble.severity === severity && world.holds(trouble),
    ).map(({ instance, service }) => ({ labels: labelsFromObject({ instance, service }), value }));
  stage.http.results.set('down == 1', yielding('Down', 'page', 1));
  stage.http.results.set('slow == 1', yielding('Slow', 'notice', 1));
  stage.http.results.set('load > 80', yielding('Load', 'warning', 90));
  stage.http.results.set('load > 95', yielding('Load', 'critical', 99));
}

/** False when the process is dead already. */
async function post(stage: Stage, instance: string, startsMs: number, endsMs: number): Promise<boolean> {
  const answer = await fetch(stage.url('/api/v2/silences'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'instance', value: instance, isRegex: false, isEqual: true }],
      startsAt: new Date(startsMs).toISOString(),
      endsAt: new Date(endsMs).toISOString(),
      createdBy: 'simulation',
      comment: 'by chance',
    }),
  });
  return answer.ok;
}
