import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBegunAnswers } from './begun-answers.ts';

test('an answer is given once, while it is on its way and when it has come', async () => {
  const begun = createBegunAnswers();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  begun.begin('a', promise);
  begun.begin('b', promise);
  assert.equal(begun.arrived('a'), undefined);
  assert.ok(begun.has('a'), 'what has not come is not taken by looking');
  const later = begun.take('a');
  assert.equal(begun.has('a'), false);
  let isSettled = false;
  void begun.settled().then(() => {
    isSettled = true;
  });
  await Promise.resolve();
  assert.equal(isSettled, false);
  assert.ok(begun.isWaiting());
  resolve({ status: 'success' });
  await begun.settled();
  assert.equal(begun.isWaiting(), false);
  assert.deepEqual(await later, { status: 'success' });
  assert.deepEqual(begun.arrived('b'), { status: 'success' });
  assert.equal(begun.arrived('b'), undefined);
  assert.equal(await begun.take('b'), undefined);
});

test('what failed, what is not known and what was cleared has to be asked for', async () => {
  const begun = createBegunAnswers();
  begun.begin('failed', Promise.reject(new Error('down')));
  begun.begin('cleared', Promise.resolve(1));
  assert.equal(await begun.take('failed'), undefined);
  assert.equal(await begun.take('never'), undefined);
  begun.clear();
  assert.equal(await begun.take('cleared'), undefined);
});
