import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, initialState, type PageState, parseAddress } from './address.ts';

test('an empty address is the default page, and the default page has an empty address', () => {
  assert.deepEqual(parseAddress(''), initialState);
  assert.equal(formatAddress(initialState), '');
});

test('links in the form Prometheus gives them open the same query', () => {
  const state = parseAddress('?g0.expr=rate(orders_total%5B5m%5D)&g0.tab=0&g0.range_input=6h');
  assert.equal(state.query, 'rate(orders_total[5m])');
  assert.deepEqual(state.range, { kind: 'last', seconds: 6 * 3600 });
  const past = parseAddress('?g0.expr=up&g0.range_input=1h&g0.end_input=2026-01-02%2003:04:05Z');
  const end = Date.parse('2026-01-02T03:04:05Z');
  assert.deepEqual(past.range, { kind: 'between', fromMs: end - 3_600_000, toMs: end });
});

test('what is out of bounds falls back to the default', () => {
  for (const search of [
    '?last=0s',
    '?last=banana',
    '?from=x&to=y',
    '?from=10&to=5',
    '?refresh=-1',
    '?refresh=NaN',
  ]) {
    assert.deepEqual(parseAddress(search), initialState, search);
  }
});

test('every state survives its address', () => {
  const plain = { noNullPrototype: true } as const;
  const state = fc.record<PageState>(
    {
      range: fc.oneof(
        fc.integer({ min: 10, max: 999_999 }).map((seconds) => ({ kind: 'last' as const, seconds })),
        fc
          .tuple(fc.integer({ min: -1e12, max: 4e12 }), fc.integer({ min: 10_000, max: 1e9 }))
          .map(([fromMs, span]) => ({ kind: 'between' as const, fromMs, toMs: fromMs + span })),
      ),
      refreshSeconds: fc.constantFrom(0, 5, 15, 60, 300),
      alert: fc.stringMatching(/^[0-9a-f]{0,16}$/),
      query: fc.string({ unit: 'grapheme', maxLength: 50 }),
      layout: fc.constantFrom('grid', 'stack'),
      logs: fc.record(
        { service: fc.string(), level: fc.string(), text: fc.string({ unit: 'grapheme' }) },
        plain,
      ),
    },
    plain,
  );
  fc.assert(fc.property(state, (value) => assert.deepEqual(parseAddress(formatAddress(value)), value)));
});

test('no address makes it throw', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (text) => void parseAddress(`?from=${text}&to=${text}&last=${text}`),
    ),
  );
});
