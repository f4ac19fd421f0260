import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { StreamIntake } from '../registry/series-registry.ts';
import type { ShardOwner } from '../shard/shard-owner.ts';
import type { RuleProgress } from './owner-streams.ts';
import { dueWindow, type StreamRule } from './stream-rule.ts';
import type { WindowClosing } from './streams.ts';

/** What closing windows needs of the store. */
export interface WindowClockStore {
  owners(): readonly ShardOwner[];
  /** Hands over what ingest has for the owner. */
  flush(owner: number): void;
  /** Stores outputs, durably. */
  write(bytes: Uint8Array): Promise<{ readonly refused: number; readonly refusals: string }>;
}

/** Decides when windows are closed, for ingest, which takes nothing for them from then on, and for all owners. */
export interface WindowClock {
  readonly intake: StreamIntake;
  /** What an owner knows of its rules. */
  learn(progress: readonly RuleProgress[]): void;
  /** The store is open: what was sent while it was not still has its time to come. */
  begin(): void;
  setRules(rules: readonly StreamRule[]): void;
  /** Runs the task while no windows are being closed. */
  inTurn(task: () => Promise<void>): Promise<void>;
  /** Closes what is due and stores what comes of it; what could not be stored is tried again the next time. */
  close(): Promise<void>;
  stop(): Promise<void>;
}

export function createWindowClock(
  deps: { readonly clock: Clock; readonly log: Log },
  configured: readonly StreamRule[],
  store: WindowClockStore,
): WindowClock {
  const { clock, log } = deps;
  const closedMs = new Map<string, number>();
  let rules = configured;
  let begunMs = Number.POSITIVE_INFINITY;
  /** Something may be left from the last time: a closing that failed, or outputs. */
  let isUnfinished = false;
  let closing: Promise<void> = Promise.resolve();
  let isStopped = false;

  function advance(nowMs: number): boolean {
    let isDue = false;
    for (const rule of rules) {
      // Senders that were waiting for this process to come back have their samples' time once more.
      if (nowMs < begunMs + rule.lateMs) continue;
      const dueMs = dueWindow(rule, nowMs);
      if (dueMs <= (closedMs.get(rule.id) ?? Number.NEGATIVE_INFINITY)) continue;
      closedMs.set(rule.id, dueMs);
      isDue = true;
    }
    return isDue;
  }

  async function closeAll(): Promise<void> {
    const isDue = advance(clock.now());
    if (!isDue && !isUnfinished) return;
    isUnfinished = true;
    const closings: readonly WindowClosing[] = Array.from(closedMs, ([rule, throughMs]) => ({
      rule,
      throughMs,
    }));
    await Promise.all(store.owners().map((owner, index) => closeOwner(owner, index, closings)));
    for (const [rule, throughMs] of closedMs)
      if (throughMs === Number.POSITIVE_INFINITY) closedMs.delete(rule);
    isUnfinished = false;
  }

  async function closeOwner(
    owner: ShardOwner,
    index: number,
    closings: readonly WindowClosing[],
  ): Promise<void> {
    store.flush(index);
    const outputs = await owner.closeWindows(closings);
    for (const { number, bytes } of outputs) {
      const { refused, refusals } = await store.write(bytes);
      if (refused > 0) log.warn({ refused, refusals }, 'outputs of stream aggregation were refused');
      await owner.outputsWritten(number);
    }
  }

  function setRules(fresh: readonly StreamRule[]): void {
    rules = fresh;
    const ids = new Set(fresh.map(({ id }) => id));
    for (const rule of closedMs.keys()) {
      if (ids.has(rule)) continue;
      closedMs.set(rule, Number.POSITIVE_INFINITY);
      isUnfinished = true;
    }
  }

  function inTurn(task: () => Promise<void>): Promise<void> {
    const turn = closing.then(task);
    closing = turn.catch(() => undefined);
    return turn;
  }

  return {
    inTurn,
    get intake() {
      const inForce = rules;
      return { rules: inForce, closedMs: (rule: string) => closedMs.get(rule) ?? 0 };
    },
    learn(progress) {
      for (const one of progress) {
        const known = closedMs.get(one.rule) ?? Number.POSITIVE_INFINITY;
        // One that was to end, and has not, is back.
        const isBack = known === Number.POSITIVE_INFINITY;
        closedMs.set(one.rule, isBack ? one.closedMs : Math.max(known, one.closedMs));
      }
    },
    begin() {
      begunMs = clock.now();
      // Owners may have come back with rules that are none any more, and with outputs that were not stored.
      setRules(rules);
      isUnfinished = true;
    },
    setRules,
    async close() {
      if (isStopped) return;
      await inTurn(closeAll).catch((error: unknown) => {
        log.warn({ err: error }, 'cannot store what windows of stream aggregation say; trying again');
      });
    },
    async stop() {
      isStopped = true;
      await closing;
    },
  };
}
