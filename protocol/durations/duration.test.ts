import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDurationMs, parseDurationMs } from './duration.ts';

describe('durations', () => {
  it('reads what Prometheus reads', () => {
    assert.equal(parseDurationMs('0'), 0);
    assert.equal(parseDurationMs('1h30m'), 5_400_000);
    assert.equal(parseDurationMs('15s'), 15_000);
    assert.equal(parseDurationMs('1d'), 86_400_000);
    assert.equal(parseDurationMs('2w250ms'), 14 * 86_400_000 + 250);
    assert.equal(parseDurationMs('1y'), 365 * 86_400_000);
  });

  it('refuses what Prometheus refuses', () => {
    for (const text of ['', '1', '-1s', '1.5h', '30m1h', '1s1s', ' 1s', '1 s', '1M', '99999999999999y']) {
      assert.equal(parseDurationMs(text), null, text);
    }
  });

  it('formats what it reads back', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000_000), (ms) => {
        assert.equal(parseDurationMs(formatDurationMs(ms)), ms);
      }),
    );
    assert.equal(formatDurationMs(0), '0s');
    assert.equal(formatDurationMs(90_061_001), '1d1h1m1s1ms');
  });
});
