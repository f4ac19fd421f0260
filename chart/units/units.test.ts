import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, formatValue } from './format.ts';
import { rateUnit, type Unit, unitOf } from './unit.ts';

test('the unit comes from the metadata first, then from the name', () => {
  assert.deepEqual(unitOf('http_request_duration_seconds_bucket'), { kind: 'seconds' });
  assert.deepEqual(unitOf('http.server.request.duration', 's'), { kind: 'seconds' });
  assert.deepEqual(unitOf('queue_wait', 'ms'), { kind: 'seconds', scale: 1e-3 });
  assert.deepEqual(unitOf('shop_revenue_eur_total'), { kind: 'currency', code: 'EUR' });
  assert.deepEqual(unitOf('shop_revenue_total', 'USD'), { kind: 'currency', code: 'USD' });
  assert.deepEqual(unitOf('node_memory_MemFree_bytes'), { kind: 'bytes' });
  assert.deepEqual(unitOf('cpu_usage_percent'), { kind: 'ratio', scale: 0.01 });
  assert.deepEqual(unitOf('orders_total'), { kind: 'number' });
  assert.deepEqual(unitOf('orders', '{order}'), { kind: 'number' });
  assert.deepEqual(unitOf('orders_by'), { kind: 'number' }, 'a short word at the end of a name is no unit');
  assert.deepEqual(unitOf('constructor', 'constructor'), { kind: 'number' });
});

test('values are short and carry the prefix people expect', () => {
  const cases: readonly (readonly [number, Unit, string])[] = [
    [0, { kind: 'number' }, '0'],
    [1234567, { kind: 'number' }, '1.23M'],
    [0.01234, { kind: 'number' }, '0.0123'],
    [0.25, { kind: 'ratio' }, '25%'],
    [25, { kind: 'ratio', scale: 0.01 }, '25%'],
    [0.00123, { kind: 'seconds' }, '1.23 ms'],
    [125, { kind: 'seconds' }, '2m 5s'],
    [1536, { kind: 'bytes' }, '1.5 KiB'],
    [1536, { kind: 'bytes', per: 's' }, '1.5 KiB/s'],
    [12.5, { kind: 'currency', code: 'EUR' }, '€12.50'],
    [1234.4, { kind: 'currency', code: 'USD' }, '$1,234'],
    [Number.NaN, { kind: 'bytes' }, '–'],
    [Number.POSITIVE_INFINITY, { kind: 'bytes' }, '∞'],
  ];
  for (const [value, unit, text] of cases) assert.equal(formatValue(value, unit), text);
});

test('a rate of seconds is a share of time, a rate of anything else is per second or minute', () => {
  assert.deepEqual(rateUnit({ kind: 'seconds' }, 's'), { kind: 'ratio', scale: 1 });
  assert.deepEqual(rateUnit({ kind: 'bytes' }, 's'), { kind: 'bytes', per: 's' });
});

test('durations keep their two largest parts', () => {
  assert.equal(formatDuration(0), '0s');
  assert.equal(formatDuration(3600), '1h');
  assert.equal(formatDuration(93_784), '1d 2h');
  assert.equal(formatDuration(-61), '-1m 1s');
});

test('any number in any unit has a form of at most 20 characters', () => {
  const kinds = ['number', 'seconds', 'bytes', 'bits', 'ratio', 'celsius', 'hertz', 'currency'] as const;
  fc.assert(
    fc.property(fc.double(), fc.constantFrom(...kinds), (value, kind) => {
      const text = formatValue(value, { kind, code: 'EUR' });
      assert.ok(text.length > 0);
      assert.ok(text.length <= 20, text);
    }),
  );
});
