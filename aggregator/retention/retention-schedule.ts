/** Runs `action` by the cron expression, in UTC; the returned function ends that. */
export async function startRetentionSchedule(expression: string, action: () => void): Promise<() => void> {
  // Loaded here, because an aggregator that only ingests for its first seconds need not wait for it.
  const { schedule } = await import('node-cron');
  const task = schedule(expression, action, { timezone: 'Etc/UTC', noOverlap: true });
  return () => void task.destroy();
}
