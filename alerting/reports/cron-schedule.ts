import type { Schedule } from './reports.ts';

/** The schedule of this machine's clock, by node-cron. */
export const cronSchedule: Schedule = async (expression, timeZone, action) => {
  // Loaded here, because most have no reports.
  const { schedule } = await import('node-cron');
  const task = schedule(expression, action, { timezone: timeZone, noOverlap: true });
  return () => void task.destroy();
};
