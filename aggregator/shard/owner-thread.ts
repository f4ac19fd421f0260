import { systemClock } from '@tocsin/runtime/clock.ts';
import { createLog } from '@tocsin/runtime/log.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { Calls, Handover } from '@tocsin/runtime/threads/calls.ts';
import type { ServeThread } from '@tocsin/runtime/threads/thread.ts';
import { createQueryPartner } from '../lent/query-partner.ts';
import { createLocalOwner } from './local-owner.ts';
import { buffersOfAnswer, buffersOfSeries, buffersOfWhole } from './owner-calls.ts';
import type { OwnerConfig } from './owner-deps.ts';
import type { OwnerEvents, ShardOwner } from './shard-owner.ts';

/** What a shard owner's thread is started with. */
export interface OwnerThreadData {
  /** Null: it logs nothing. */
  readonly logPart: string | null;
}

/** A shard owner in a thread of its own: answers the calls of `startOwnerThread`'s, the first of which is `open`. */
export const serve: ServeThread = (port, data) => {
  const { logPart } = data as OwnerThreadData;
  const events: OwnerEvents = {
    async dead(refs) {
      await calls.call('dead', [refs]);
    },
    restored: (firstRef, keys) =>
      void calls.call('restored', [firstRef, keys], { transfer: [keys.keys.buffer, keys.keyLengths.buffer] }),
    progress: (done, total) => void calls.call('progress', [done, total]),
    trouble: (trouble) => void calls.call('trouble', [trouble]),
  };
  const log = createLog(logPart ?? '', logPart === null ? 'silent' : 'info');
  const openPartner = () => createQueryPartner({ clock: systemClock, log });
  const deps = { clock: systemClock, disk: systemDisk, random: systemRandom, log, openPartner };
  let owner: ShardOwner | null = null;
  const calls = new Calls(port, async (method, args, signal) => {
    if (method === 'open') {
      owner = createLocalOwner(deps, args[0] as OwnerConfig, events);
      return await owner.open();
    }
    if (owner === null) throw new Error(`Cannot call ${method} of a shard owner that is not opened`);
    return await answer(owner, method, args, signal);
  });
};

async function answer(
  owner: ShardOwner,
  method: string,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  const how = args as never[];
  switch (method) {
    case 'select': {
      const series = await owner.select(how[0]!, signal);
      return new Handover(series, buffersOfSeries(series));
    }
    case 'evaluate': {
      const found = await owner.evaluate(how[0]!, signal);
      return new Handover(found, buffersOfAnswer(found));
    }
    case 'answer': {
      const found = await owner.answer(how[0]!, signal);
      return new Handover(found, buffersOfWhole(found.answers));
    }
    case 'findSeries':
      return await owner.findSeries(how[0]!, signal);
    case 'labelTexts':
      return await owner.labelTexts(how[0]!, how[1]!, signal);
    default: {
      const call: unknown = Reflect.get(owner, method);
      if (typeof call !== 'function') throw new Error(`Cannot call ${method} of a shard owner`);
      return await Reflect.apply(call, owner, args as unknown[]);
    }
  }
}
