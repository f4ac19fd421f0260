import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSchedule, startRetentionSchedule } from './retention-schedule.ts';

test('an action is not begun again while it runs, and is afterwards', async () => {
  let begun = 0;
  let release = (): void => undefined;
  let onBegun = (): void => undefined;
  const beginning = (): Promise<void> =>
    new Promise((resolve) => {
      onBegun = resolve;
    });
  const first = beginning();
  const stop = await startRetentionSchedule('* * * * * *', async () => {
    begun++;
    onBegun();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  try {
    await first;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal(begun, 1);
    const second = beginning();
    release();
    await second;
    assert.equal(begun, 2);
  } finally {
    stop();
    release();
  }
});

test('says which expressions it understands', async () => {
  assert.equal(await isSchedule('17 * * * *'), true);
  assert.equal(await isSchedule('*/10 * * * * *'), true);
  assert.equal(await isSchedule('hourly'), false);
  assert.equal(await isSchedule('61 * * * *'), false);
});
