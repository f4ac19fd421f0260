import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BUILTINS } from './builtins.ts';
import { executeTemplate } from './evaluator.ts';
import { createHtmlEscaper } from './html-escaper.ts';
import { HTML_FUNCTIONS } from './html-functions.ts';
import { notificationFunctions } from './notification-functions.ts';
import { parseTemplate } from './parser.ts';

const functions = new Map([...notificationFunctions(0), ...HTML_FUNCTIONS]);
const known = new Map([...BUILTINS, ...functions]);
const html = (template: string, data: string) =>
  executeTemplate(parseTemplate('t', template, known), 't', data, { functions, escape: createHtmlEscaper() });

describe('values in HTML', () => {
  const cases: readonly (readonly [template: string, value: string, expected: string])[] = [
    ['<p>{{ . }}</p>', '<b>&"\'', '<p>&lt;b&gt;&amp;&#34;&#39;</p>'],
    ['<p>{{ safeHtml . }}</p>', '<b>', '<p><b></p>'],
    ['<a title="{{ . }}">', '"><script>', '<a title="&#34;&gt;&lt;script&gt;">'],
    ['<a title={{ . }}>', 'a onclick=x', '<a title=a&#32;onclick&#61;x>'],
    ['<a href="{{ . }}">', 'http://x/?a=1&b=2', '<a href="http://x/?a=1&amp;b=2">'],
    ['<a href="{{ . }}">', 'javascript:alert(1)', '<a href="#ZgotmplZ">'],
    ['<a href="{{ . }}">', 'JaVaScRiPt:alert(1)', '<a href="#ZgotmplZ">'],
    ['<a href="{{ . }}">', '/relative path', '<a href="/relative%20path">'],
    ['<a href="http://x/?q={{ . }}">', 'a b&c', '<a href="http://x/?q=a%20b%26c">'],
    ['<p style="color: {{ . }}">', 'red', '<p style="color: red">'],
    ['<p style="color: {{ . }}">', 'expression(alert(1))', '<p style="color: ZgotmplZ">'],
    [
      '<script>var x = {{ . }};</script>',
      '</script><b>',
      '<script>var x = "\\u003c/script\\u003e\\u003cb\\u003e";</script>',
    ],
    ['<!-- {{ . }} --><p>{{ . }}', '--><b>', '<!--  --><p>--&gt;&lt;b&gt;'],
    ['<p {{ . }}="x">', 'onclick', '<p ZgotmplZ="x">'],
    ['a < b {{ . }}', '<', 'a < b &lt;'],
    // What is escaped already is not escaped again, as in Go's html/template.
    ['<p>{{ . | html }}</p>', '<b>+', '<p>&lt;b&gt;&#43;</p>'],
    ['<a href="/?q={{ . | urlquery }}">', 'a&b', '<a href="/?q=a%26b">'],
    ['<a href="{{ . }}">', 'é<%20%z', '<a href="%c3%a9%3c%20%25z">'],
    ['<a href="/p?x={{ . }}#{{ . }}">', '/?#', '<a href="/p?x=%2f%3f%23#%2f%3f%23">'],
    ['<a href="{{ . }}{{ . }}">', 'x?', '<a href="x?x?">'],
    ['<a href="{{ . }}{{ "javascript:x" }}">', '', '<a href="#ZgotmplZ">'],
    ['<svg><a xlink:href="{{ . }}">', 'javascript:x', '<svg><a xlink:href="#ZgotmplZ">'],
    ['<img alt="{{ safeHtml . }}">', '<b>a</b> &amp; "', '<img alt="a &amp; &#34;">'],
    ['<p style="width: {{ . }}">', '10px; x: y', '<p style="width: ZgotmplZ">'],
    ['<p title={{ . }}>', '', '<p title=ZgotmplZ>'],
  ];
  for (const [template, value, expected] of cases) {
    it(`${template} with ${value}`, () => assert.equal(html(template, value), expected));
  }

  it('never become elements or leave their attribute (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>"\'&=/ab -!:;()') }), (value) => {
        const result = html('<p>{{ . }}</p><a title="{{ . }}" href="{{ . }}">x</a>', value);
        assert.equal(result.match(/</g)?.length, 4, result);
        assert.equal(result.match(/"/g)?.length, 4, result);
      }),
    );
  });
});
