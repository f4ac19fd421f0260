import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry } from './metrics.ts';

test('the lag of the event loop is as long as what held it up', async () => {
  const registry = createMetricsRegistry('test', '0');
  const lags = async (): Promise<Record<string, number>> => {
    const found = [...(await registry.metrics()).matchAll(/^nodejs_eventloop_lag_(\w+)_seconds (\S+)$/gm)];
    return Object.fromEntries(found.map(([, name, value]) => [name, Number(value)]));
  };
  const before = await lags();
  assert.deepEqual(Object.keys(before).sort(), ['max', 'mean', 'min', 'p50', 'p90', 'p99', 'stddev']);
  for (const lag of Object.values(before)) assert.ok(lag >= 0, `${lag}`);
  const until = performance.now() + 400;
  await new Promise((resolve) => setTimeout(resolve, 150));
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 150));
  const { max = 0, min = 0 } = await lags();
  assert.ok(max >= 0.1, `max ${max}`);
  assert.ok(min <= max, `min ${min}`);
});
