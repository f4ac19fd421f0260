import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideDedup } from './dedup-stage.ts';

const OPTIONS = { sendResolved: true, repeatIntervalMs: 3_600_000, timeMs: 1_000_000 };
const last = (firing: string[], resolved: string[] = [], createdMs = OPTIONS.timeMs) => ({
  firing,
  resolved,
  createdMs,
});
const decide = (
  told: ReturnType<typeof last> | null,
  firing: string[],
  resolved: string[] = [],
  options = {},
) => {
  const { notify, reason } = decideDedup(told, { firing, resolved }, { ...OPTIONS, ...options });
  return `${notify ? 'notify' : 'quiet'}: ${reason}`;
};

describe('deduplication', () => {
  it('tells of a first alert, and not of one that is over before', () => {
    assert.equal(decide(null, ['a']), 'notify: first notification');
    assert.equal(decide(null, [], ['a']), 'quiet: all resolved before anybody was told');
  });
  it('tells of new alerts', () => {
    assert.equal(decide(last(['a']), ['a', 'b']), 'notify: new alerts added');
    assert.equal(decide(last([], ['a']), ['a']), 'notify: first notification');
    assert.equal(decide(last(['a', 'b']), ['a']), 'quiet: the receiver was told already');
  });
  it('tells of resolved alerts where they are wanted, and remembers the last one anyway', () => {
    assert.equal(decide(last(['a', 'b']), ['a'], ['b']), 'notify: some alerts resolved');
    assert.equal(
      decide(last(['a', 'b']), ['a'], ['b'], { sendResolved: false }),
      'quiet: the receiver was told already',
    );
    assert.equal(decide(last(['a']), [], ['a'], { sendResolved: false }), 'notify: all alerts resolved');
    assert.equal(decide(last([], ['a']), [], ['a']), 'quiet: nothing fires, and the receiver knows');
  });
  it('repeats, also when the clock was set back meanwhile', () => {
    assert.equal(
      decide(last(['a'], [], OPTIONS.timeMs - 3_599_999), ['a']),
      'quiet: the receiver was told already',
    );
    assert.equal(
      decide(last(['a'], [], OPTIONS.timeMs - 3_600_000), ['a']),
      'notify: repeat interval elapsed',
    );
    assert.equal(
      decide(last(['a'], [], OPTIONS.timeMs + 9_000_000), ['a']),
      'notify: repeat interval elapsed',
    );
  });
});
