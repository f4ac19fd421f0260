import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTokens } from './tokens.ts';

const requestWith = (authorization?: string): IncomingMessage => ({ headers: { authorization } }) as never;
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

test('tells whose token a request carries', () => {
  const tokens = createTokens('the shared token', [{ name: 'shop', token: 'the shop token' }]);
  const holder = (authorization?: string) => tokens.holderOf(requestWith(authorization));
  assert.deepEqual(holder(), { kind: 'none' });
  assert.deepEqual(holder('Bearer'), { kind: 'none' });
  assert.deepEqual(holder('Digest x'), { kind: 'none' });
  assert.deepEqual(holder(basic('any', 'shop')), { kind: 'unknown' });
  assert.deepEqual(holder('Bearer the'), { kind: 'unknown' });
  assert.equal(tokens.isRequired, true);
  const one = createTokens('abc', [{ name: 'shop', token: 'def' }]);
  assert.deepEqual(one.holderOf(requestWith('bearer abc')), { kind: 'shared' });
  assert.deepEqual(one.holderOf(requestWith('Bearer def')), { kind: 'sender', name: 'shop' });
  assert.deepEqual(one.holderOf(requestWith(basic('shop', 'def'))), { kind: 'sender', name: 'shop' });
  one.setSenders([{ name: 'till', token: 'ghi' }]);
  assert.deepEqual(one.holderOf(requestWith('Bearer def')), { kind: 'unknown' });
  assert.deepEqual(one.holderOf(requestWith('Bearer ghi')), { kind: 'sender', name: 'till' });
  assert.deepEqual(one.holderOf(requestWith('Bearer abc')), { kind: 'shared' });
  assert.deepEqual(createTokens(null).holderOf(requestWith('Bearer abc')), { kind: 'none' });
});

test('no header makes a stranger a holder', () => {
  const tokens = createTokens('abcdefghijklmnop', [{ name: 'shop', token: 'qrstuvwxyzabcdef' }]);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `Bearer ${text}`),
      ),
      (header) => {
        fc.pre(!header.includes('abcdefghijklmnop') && !header.includes('qrstuvwxyzabcdef'));
        assert.ok(['none', 'unknown'].includes(tokens.holderOf(requestWith(header)).kind));
      },
    ),
  );
});
