import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { BUILTINS } from './builtins.ts';
import { executeTemplate } from './evaluator.ts';
import { notificationFunctions } from './notification-functions.ts';
import { parseTemplate } from './parser.ts';
import { sprintf } from './printf.ts';
import { TemplateError } from './template-error.ts';
import { goList, goStringMap, goStruct, type Value } from './value.ts';

const functions = notificationFunctions(0);
const known = new Map([...BUILTINS, ...functions]);
const data: Value = goStruct('Data', {
  A: goStringMap([['k', 'v']]),
  L: goList([1n, 2.5, 'x', null, true]),
  V: 3.5,
});

/** Pieces that are nearly templates find more than random characters do. */
const piece = fc.oneof(
  fc.constantFrom(
    '{{',
    '}}',
    '{{-',
    '-}}',
    ' ',
    '.',
    '.A',
    '.A.k',
    '.L',
    '$',
    '$x',
    ':=',
    '=',
    ',',
    '|',
    '(',
    ')',
    '"',
    '`',
    "'",
    '\\',
    '\n',
  ),
  fc.constantFrom(
    'if',
    'else',
    'end',
    'range',
    'with',
    'define',
    'template',
    'block',
    'break',
    'continue',
    'nil',
    'true',
    '"n"',
    '/*',
    '*/',
  ),
  fc.constantFrom(...known.keys()),
  fc.constantFrom(
    '{{end}}',
    '{{range .L}}',
    '{{if .A}}',
    '{{else}}',
    '{{with .V}}',
    '{{$x := .V}}',
    '{{define "n"}}',
    '{{template "n" .}}',
  ),
  fc.string({ maxLength: 4, unit: 'binary' }),
  fc.integer().map(String),
  fc.double().map(String),
);

it('any text is a template or is refused with a line, and never takes long', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join(' ');
      try {
        const set = parseTemplate('fuzz', text, known);
        assert.equal(typeof executeTemplate(set, 'fuzz', data, { functions }), 'string');
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error instanceof Error ? error.stack : error));
        assert.ok(error.line >= 1 && error.line <= text.split('\n').length, `line ${error.line}`);
      }
    }),
    { numRuns: 4000 },
  );
});

it('text without braces is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('{{'));
      assert.equal(executeTemplate(parseTemplate('t', text, known), 't', data), text);
    }),
  );
});

it('printf takes any format and any values', () => {
  const value: fc.Arbitrary<Value> = fc.oneof(
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(data),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'%+-# 0123.*[]dsvqxXeEfgGtTcUbo') }),
      fc.array(value, { maxLength: 4 }),
      (format, values) => {
        assert.equal(typeof sprintf(format, values), 'string');
      },
    ),
    { numRuns: 2000 },
  );
});

it('whole floats below a million print as integers do', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), (whole) => {
      assert.equal(sprintf('%v', [whole]), String(whole));
      assert.equal(sprintf('%.0f', [whole]), String(whole));
    }),
  );
});
