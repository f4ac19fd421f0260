import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logQuery, normalLevel } from './log-query.ts';
import { logRow } from './log-row.ts';

test('the filter becomes a LogQL query, quoted', () => {
  assert.equal(logQuery({ service: '', level: '', text: '' }), '{service_name=~".+"}');
  assert.equal(
    logQuery({ service: 'shop', level: 'error', text: 'say "no"\n' }),
    '{service_name="shop"} |= "say \\"no\\"\\n" | level=~"(?i)(error|err)" or detected_level=~"(?i)(error|err)" or severity_text=~"(?i)(error|err)"',
  );
});

test('a level from a link cannot break out of its pattern', () => {
  assert.match(
    logQuery({ service: '', level: 'x)|(.*', text: '' }),
    / level=~"\(\?i\)\(x\\\\\)\\\\\|\\\\\(\\\\\.\\\\\*\)" or /,
  );
});

test('a line that is a JSON object shows its message and lists the rest', () => {
  const row = logRow(
    { service_name: 'shop' },
    '1700000000123000000',
    '{"level":50,"msg":"card refused","order":7}',
    { trace_id: 'ab' },
    0,
  );
  assert.deepEqual(
    [row.timeMs, row.level, row.service, row.message],
    [1_700_000_000_123, 'error', 'shop', 'card refused'],
  );
  assert.equal(row.brief, 'order=7');
  assert.deepEqual(row.attributes, [
    ['level', 'error'],
    ['order', '7'],
    ['service_name', 'shop'],
    ['trace_id', 'ab'],
  ]);
});

test('levels have many spellings', () => {
  assert.deepEqual(['WARNING', 'Err', 'crit', 'info', 'x'].map(normalLevel), [
    'warn',
    'error',
    'fatal',
    'info',
    '',
  ]);
});

test('no line makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), fc.string(), (line, time) => {
      const row = logRow({}, time, line, {}, 0);
      assert.equal(typeof row.message, 'string');
    }),
  );
});
