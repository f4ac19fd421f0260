import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import fc from 'fast-check';
import { groupText, loadGroupText, withGroup, withoutGroup } from './edit-rule-file.ts';
import { loadRuleFile } from './load-rule-file.ts';

const group = (name: string, expression = 'up') =>
  `name: ${name}\nrules:\n  - record: a\n    expr: ${expression}\n`;
const names = (file: string) => loadRuleFile('f', file).map((each) => each.name);

describe('editing a rule file', () => {
  it('adds, replaces and removes groups, and leaves the others as they were written', () => {
    const written = `groups:\n  # the first\n  - name: one\n    rules:\n      - record: x   # why\n        expr: '1.0'\n`;
    const both = withGroup(written, group('two'));
    assert.deepEqual(names(both), ['one', 'two']);
    assert.ok(both.includes('# the first') && both.includes('# why') && both.includes("'1.0'"), both);
    assert.match(groupText(withGroup(both, group('two', 'down')), 'two') ?? '', /expr: down/);
    assert.deepEqual(names(withoutGroup(both, 'one') ?? ''), ['two']);
    assert.equal(withoutGroup(both, 'three'), null);
    assert.equal(groupText(both, 'three'), null);
    assert.deepEqual(names(withGroup('', group('one'))), ['one']);
  });

  it('refuses what is more than one group', () => {
    assert.throws(() => loadGroupText('f', `${group('a')}\n---\n${group('b')}`), ConfigError);
    assert.throws(() => loadGroupText('f', 'name: a\nrules: []\n  - name: b\n'), ConfigError);
  });

  it('answers any damage to a group with a ConfigError, or makes a file of it that loads', () => {
    const text = group('damaged');
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(6),
        fc.string({ unit: 'grapheme', maxLength: 6 }),
        (at, cut, put) => {
          const damaged = text.slice(0, at) + put + text.slice(at + cut);
          let name: string;
          try {
            ({ name } = loadGroupText('f', damaged));
          } catch (error) {
            if (error instanceof ConfigError) return;
            throw error;
          }
          assert.deepEqual(names(withGroup('', damaged)), [name]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
