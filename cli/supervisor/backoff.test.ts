import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createRestartBackoff } from './backoff.ts';

it('a part comes back at once, one that keeps ending ever later, one that was healthy at once again', () => {
  const backoff = createRestartBackoff();
  const delays = Array.from({ length: 12 }, () => backoff.next(50));
  assert.deepEqual(delays.slice(0, 5), [0, 100, 200, 400, 800]);
  assert.equal(Math.max(...delays), 30_000);
  assert.equal(backoff.next(60_000), 0);
  assert.equal(backoff.next(10), 0);
  assert.equal(backoff.next(10), 100);
});
