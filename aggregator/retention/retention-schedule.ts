/**
 * Runs `action` by the cron expression, in UTC, leaving out a time at which the one before is still at it; the returned function
 * ends that.
 */
export async function startRetentionSchedule(
  expression: string,
  action: () => Promise<void>,
): Promise<() => void> {
  // Loaded here, because an aggregator that only ingests for its first seconds need not wait for it.
  const { schedule } = await import('node-cron');
  let isRunning = false;
  const task = schedule(
    expression,
    async () => {
      if (isRunning) return;
      isRunning = true;
      await action();
      isRunning = false;
    },
    { timezone: 'Etc/UTC' },
  );
  return () => void task.destroy();
}

/** Whether `startRetentionSchedule` understands it. */
export async function isSchedule(expression: string): Promise<boolean> {
  const { validate } = await import('node-cron');
  return validate(expression);
}
