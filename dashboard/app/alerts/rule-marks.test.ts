import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rule } from '../api/rules.ts';
import { marksOf } from './rule-marks.ts';

const rule = (some: Partial<Rule> = {}): Rule => ({
  kind: 'alerting',
  name: 'A',
  query: 'up == 0',
  state: 'inactive',
  health: 'ok',
  lastError: '',
  evaluationSeconds: 0.001,
  evaluatedMs: 1,
  forSeconds: 0,
  labels: {},
  annotations: {},
  firing: 0,
  ...some,
});
const kinds = (...given: Parameters<typeof marksOf>) => marksOf(...given).map(({ kind }) => kind);

test('rules that fail, are slow, blind or silent are marked', () => {
  const names = new Set(['up']);
  assert.deepEqual(kinds(rule(), 15, names, new Set(['A'])), []);
  assert.deepEqual(kinds(rule({ health: 'err' }), 15, names, new Set(['A'])), ['failing']);
  assert.deepEqual(kinds(rule({ evaluationSeconds: 2 }), 60, names, new Set(['A'])), ['slow']);
  assert.deepEqual(kinds(rule({ evaluationSeconds: 0.2 }), 1, names, new Set(['A'])), ['slow']);
  assert.deepEqual(kinds(rule({ query: 'rate(gone_total[5m]) > up' }), 15, names, new Set(['A'])), ['blind']);
  assert.deepEqual(kinds(rule(), 15, names, new Set()), ['never fired']);
  assert.deepEqual(kinds(rule({ kind: 'recording', state: '' }), 15, names, new Set()), []);
});

test('what is not known is not held against a rule', () => {
  assert.deepEqual(kinds(rule({ query: 'gone > 1' }), 15, undefined, undefined), []);
});

test('no query makes it throw', () => {
  fc.assert(fc.property(fc.string(), (query) => void marksOf(rule({ query }), 15, new Set(), new Set())));
});
