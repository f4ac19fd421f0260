import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError } from './api-error.ts';
import { createParameters } from './parameters.ts';

const from = (query: string, body = '') =>
  createParameters(new URLSearchParams(query), new URLSearchParams(body));

describe('parameters', () => {
  it('come from the form first, then from the URL', () => {
    const parameters = from('query=url&match[]=a', 'query=form&match[]=b');
    assert.equal(parameters.get('query'), 'form');
    assert.deepEqual(parameters.all('match[]'), ['b', 'a']);
    assert.equal(parameters.get('none'), undefined);
    assert.throws(() => parameters.require('none'), /invalid parameter "none": it is missing/);
  });

  it('read times as Unix seconds or RFC 3339', () => {
    const time = (text: string) => from(`t=${encodeURIComponent(text)}`).timeMs('t', -1);
    assert.equal(time('1435781451.781'), 1435781451781);
    assert.equal(time('0'), 0);
    assert.equal(time('-1.5e3'), -1_500_000);
    assert.equal(time('2015-07-01T20:10:51.781Z'), 1435781451781);
    assert.equal(time('2015-07-01T22:10:51.781+02:00'), 1435781451781);
    assert.equal(time(''), -1);
    assert.equal(time('-292273086-05-16T16:47:06Z'), -8.64e15);
    for (const text of [
      'now',
      '2015-07-01',
      '1e400',
      '2015-07-01 20:10:51Z',
      'NaN',
      'Infinity',
      '0x10',
      '2015-13-01T00:00:00Z',
    ]) {
      assert.throws(
        () => time(text),
        (error: unknown) => error instanceof ApiError && error.status === 400,
        text,
      );
    }
  });

  it('read durations as seconds or in Prometheus notation', () => {
    const duration = (text: string) => from(`d=${encodeURIComponent(text)}`).durationMs('d');
    assert.equal(duration('15'), 15_000);
    assert.equal(duration('0.25'), 250);
    assert.equal(duration('1h30m'), 5_400_000);
    assert.equal(duration(''), undefined);
    for (const text of ['soon', '1.5h', '1e300'])
      assert.throws(() => duration(text), /cannot parse .* to a valid duration/);
  });

  it('read limits as whole numbers', () => {
    assert.equal(from('limit=7').limit('limit'), 7);
    assert.equal(from('').limit('limit'), 0);
    for (const text of ['-1', '1.5', 'many', '99999999999999999999'])
      assert.throws(() => from(`limit=${text}`).limit('limit'), ApiError);
  });
});
