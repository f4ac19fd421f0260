import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatLine } from './log.ts';

describe('log lines for a terminal', () => {
  const line = (fields: object) =>
    formatLine(JSON.stringify({ level: 40, time: 0, part: 'agent', ...fields }));

  it('show time, part, level, message and fields', () => {
    assert.match(
      line({ msg: 'cannot send', url: 'http://x', n: 2 }),
      /^\d\d:\d\d:\d\d agent {6}warn {2}cannot send {2}url=http:\/\/x {2}n=2$/,
    );
  });

  it('show an error with its stack', () => {
    assert.match(
      line({ msg: 'x', err: { message: 'boom', stack: 'Error: boom\n    at y' } }),
      /Error: boom\n {4}at y$/,
    );
  });

  it('do not let data steer the terminal', () => {
    assert.ok(!line({ msg: '\u001b[2J\u0007\u009b1m' }).match(/\p{Cc}/u));
  });
});
