import { aggregateRows } from '@tocsin/query/partner/aggregate-rows.ts';
import type { PartnerAnswer, PartnerTask } from '@tocsin/query/partner/partner.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { Calls, Handover } from '@tocsin/runtime/threads/calls.ts';
import type { ServeThread } from '@tocsin/runtime/threads/thread.ts';
import { columnsOfState, distinctBuffers } from '../shard/handed-over.ts';
import { borrowedSeries } from './borrowed-series.ts';
import { buffersOfLent, type LentSeries } from './lent-series.ts';

/** What comes back: the answer, and what was lent. */
export interface PartnerReturn {
  readonly answer: PartnerAnswer;
  readonly lent: LentSeries;
}

/** A partner's thread: works out what it is asked, with the series that are lent to it. */
export const serve: ServeThread = (port) => {
  new Calls(port, async (method, args, signal) => {
    // Its code is loaded by now, and it listens.
    if (method === 'greet') return null;
    const [task, lent] = args as [PartnerTask, LentSeries];
    const series = borrowedSeries(lent, task.groupOf.length);
    const answer = await aggregateRows(systemClock, task, series, signal);
    const returned: PartnerReturn = { answer, lent };
    return new Handover(returned, [...buffersOfLent(lent), ...distinctBuffers(columnsOfState(answer.state))]);
  });
};
