import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { annotationFunctions } from './annotation-functions.ts';
import { BUILTINS } from './builtins.ts';
import { executeTemplate } from './evaluator.ts';
import { jsonOf } from './json.ts';
import { notificationFunctions } from './notification-functions.ts';
import { parseTemplate } from './parser.ts';
import { goList, goStringMap, goStruct, type Value } from './value.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const functions = new Map([
  ...annotationFunctions({
    query: (expression) =>
      expression === 'up'
        ? [
            { labels: labelsFromObject({ __name__: 'up', instance: 'b:1' }), value: 1 },
            { labels: labelsFromObject({ __name__: 'up', instance: 'a:1' }), value: 0 },
          ]
        : [],
    timeMs: NOW_MS,
    externalUrl: 'http://tocsin.test/path',
  }),
  ...notificationFunctions(NOW_MS),
]);
const data: Value = goStruct('Data', {
  Labels: goStringMap([
    ['b', '2'],
    ['a', '<1>'],
  ]),
  List: goList(['x', 'y'], '[]string'),
  Value: 1234567.5,
});

function run(text: string): string {
  const known = new Map([...BUILTINS, ...functions]);
  return executeTemplate(parseTemplate('t', text, known), 't', data, { functions });
}

/** Expected results are what Go's text/template gives for the same text. */
const CASES: readonly (readonly [template: string, expected: string])[] = [
  ['plain', 'plain'],
  [
    '{{ printf "%#v|%+v|%v" .Labels .List .Labels }}',
    'map[string]string{"a":"<1>", "b":"2"}|[x y]|map[a:<1> b:2]',
  ],
  [
    '{{ printf "%d|%x|% X|%#q" .List .List "ab" .List }}',
    '[%!d(string=x) %!d(string=y)]|[78 79]|61 62|[`x` `y`]',
  ],
  [
    '{{ printf "%08.3f|%+.2e|%#g|%#.3x|%b|%x" -1.5 12345.678 1.0 1.0 1.0 0.15625 }}',
    '-001.500|+1.23e+04|1.00000|0x1.000p+00|4503599627370496p-52|0x1.4p-03',
  ],
  [
    '{{ printf "%06d|%-6d|%+.3d|%#x|%O|%c|%U|%#U" -42 42 7 255 8 233 233 233 }}',
    "-00042|42    |+007|0xff|0o10|é|U+00E9|U+00E9 'é'",
  ],
  [
    '{{ printf "%5t|%q|%+q|%.2q|%T|%T" true "é" "é" "abc" .Labels nil }}',
    ' true|"é"|"\\u00e9"|"ab"|map[string]string|<nil>',
  ],
  ['{{ printf "%d %s %#v" now now (index .List 0) }}', '{0 63902919845 0} 2026-01-02 03:04:05 +0000 UTC "x"'],
  [
    '{{ now.Format "02.01.2006 15:04:05.000" }} {{ now.YearDay }} {{ now.Month }}',
    '02.01.2026 03:04:05.000 2 January',
  ],
  [
    '{{ (now | tz "Europe/Berlin").Format "15:04 MST" }} {{ (now | tz "Asia/Tokyo").Format "MST" }}',
    '04:04 CET JST',
  ],
  [
    '{{ humanize "010" }} {{ humanize "1_000" }} {{ humanizePercentage "-0" }} {{ len (safeHtml "é") }}',
    '10 1k -0% 2',
  ],
  [
    '{{ humanizeTimestamp 1700000000.123 }} {{ humanizeTimestamp "+Inf" }}',
    '2023-11-14 22:13:20.122 +0000 UTC +Inf',
  ],
  ['{{ toUpper "straße" }} {{ title "hELLO world" }} {{ toJson 1e-7 }}', 'STRAßE Hello World 1e-7'],
  [
    '{{ 1e6 }} {{ 123456789.0 }} {{ 1e3 }} {{ 1e-7 }} {{ 7 }} {{ -0.0 }}',
    '1e+06 1.23456789e+08 1000 1e-07 7 -0',
  ],
  [
    '{{ printf "%.4g %.0f %5.1f|%-4d|%04d|%+d" 12345.0 2.5 3.14159 42 42 42 }}',
    '1.234e+04 2   3.1|42  |0042|+42',
  ],
  ['{{ printf "%d %s" 1.5 }} {{ printf "%s" "a" 2 }}', '%!d(float64=1.5) %!s(MISSING) a%!(EXTRA int=2)'],
  ['{{ printf "%[2]s-%[1]s %q %x %v" "a" "b" "c" }}', 'b-a "b" 63 %!v(MISSING)'],
  ['{{ if and 1 0 }}a{{ else if eq 1 2 1 }}b{{ else }}c{{ end }}', 'b'],
  ['{{ range $i, $e := .List }}{{ if $i }}, {{ end }}{{ $i }}={{ $e }}{{ else }}none{{ end }}', '0=x, 1=y'],
  ['{{ range $k, $v := .Labels }}{{ $k }}{{ $v }};{{ end }}', 'a<1>;b2;'],
  ['{{ range 3 }}{{ if eq . 2 }}{{ break }}{{ end }}{{ . }}{{ continue }}x{{ end }}', '01'],
  ['{{ range stringSlice }}x{{ else }}none{{ end }}', 'none'],
  [
    '{{ with $x := 5 }}{{ $x }}{{ . }}{{ end }}{{ $y := 1 }}{{ if true }}{{ $y = 2 }}{{ end }}{{ $y }}',
    '552',
  ],
  ['{{ with .Labels.nope }}a{{ else with "q" }}{{ . }}{{ else }}c{{ end }}', 'q'],
  ['a  {{- 3 -}}  b{{/* c */}} d {{- /* e */ -}} f', 'a3b df'],
  ['{{ define "z" }}[{{ . }}]{{ end }}{{ template "z" "q" }}{{ block "w" 5 }}w{{ . }}{{ end }}', '[q]w5'],
  [
    '{{ "a" | printf "%s-%s" "b" }} {{ len "héllo" }} {{ index .List 1 }} {{ slice "abcdef" 1 3 }}',
    'b-a 6 y bc',
  ],
  [
    '{{ html "<\'>" }} {{ js "it\'s <b>" }} {{ urlquery "a b&c/d" }} {{ print 1 2 "a" "b" 3 4 }}',
    "&lt;&#39;&gt; it\\'s \\u003Cb\\u003E a+b%26c%2Fd 1 2ab3 4",
  ],
  [
    '{{ lt 1 2 }} {{ ge 2 2 }} {{ ne "a" "b" }} {{ not true }} {{ or "" "d" }} {{ and "x" "y" }}',
    'true true true false d y',
  ],
  ['{{ .Labels.nope }}|{{ .Labels.b }}|{{ index .Labels "nope" }}|{{ .Labels }}', '|2||map[a:<1> b:2]'],
  ["{{ 'a' }} {{ 0x10 }} {{ 010 }} {{ 0b11 }} {{ 1_000 }} {{ 0x1p4 }}", '97 16 8 3 1000 16'],
  ['{{ "\\u00e9\\x41\\101" }} {{ `raw\\n` }}', 'éAA raw\\n'],
  ['{{ (index .List 0) | toUpper }} {{ (printf "%d" 1) }}', 'X 1'],
  ['{{ humanize .Value }} {{ humanize1024 1048576.0 }} {{ humanize 0.0012 }}', '1.235M 1Mi 1.2m'],
  [
    '{{ humanizeDuration 3661.5 }} {{ humanizeDuration 90061 }} {{ humanizeDuration 0.0012 }} {{ humanizeDuration -61 }}',
    '1h 1m 1s 1d 1h 1m 1s 1.2ms -1m 1s',
  ],
  [
    '{{ humanizePercentage 0.12345 }} {{ humanizeTimestamp 1435065584.128 }}',
    '12.35% 2015-06-23 13:19:44.128 +0000 UTC',
  ],
  [
    '{{ (toTime 1435065584).Format "Jan _2 15:04:05 2006" }} {{ toDuration 61.5 }}',
    'Jun 23 13:19:44 2015 1m1.5s',
  ],
  [
    '{{ date "Mon, 02 Jan 2006 3:04PM -0700" (toTime 0) }} {{ (tz "Europe/Berlin" (toTime 0)).Format "15:04 -07:00" }}',
    'Thu, 01 Jan 1970 12:00AM +0000 01:00 +01:00',
  ],
  [
    '{{ range query "up" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value }} {{ end }}',
    'a:1=0 b:1=1 ',
  ],
  [
    '{{ query "up" | first | value }} {{ query "up" | first | label "instance" }} {{ len (query "down") }}',
    '1 b:1 0',
  ],
  ['{{ match "a.c" "xabcx" }} {{ reReplaceAll "a(b)(?P<n>c)?" "<$1$n>" "abab" }}', 'true <b><b>'],
  [
    '{{ title "hello big world" }} {{ stripPort "a:9090" }} {{ stripPort "[::1]:80" }} {{ stripDomain "web.example.org:80" }}',
    'Hello Big World a ::1 web:80',
  ],
  [
    '{{ parseDuration "1h30m" }} {{ graphLink "up == 0" }} {{ externalURL }} {{ pathPrefix }}',
    '5400 /graph?g0.expr=up+%3D%3D+0&g0.tab=0 http://tocsin.test/path /path',
  ],
  ['{{ define "x" }}{{ .arg0 }}+{{ .arg1 }}{{ end }}{{ template "x" (args 1 "b") }}', '1+b'],
  [
    '{{ toJson .Labels }} {{ join "," .List }} {{ list 1 "a" }} {{ dict "a" 1 }} {{ append (list 1) 2 }}',
    '{"a":"\\u003c1\\u003e","b":"2"} x,y [1 a] map[a:1] [1 2]',
  ],
  [
    '{{ printf "%+v %.2f %+d %05s %6t|%.0d|%#o %U" 1 -7 1.5 7 1 0 0 -7 }}',
    '1 %!f(int=-07) %!d(float64=+1.5) %!s(int=00007) %!t(int=     1)||0 U+FFFFFFFFFFFFFFF9',
  ],
  ['{{ print 1 (safeHtml "b") 2 }} {{ eq (safeHtml "b") "b" }} {{ lt "a" (safeHtml "b") }}', '1b2 true true'],
  [
    '{{ html nil }} {{ urlquery nil }} {{ join "," nil }}|{{ append nil 1 }}',
    '&lt;no value&gt; %3Cno+value%3E |[1]',
  ],
  ['{{ title "web.example.org a-b foo\'s 1h30m x_y 1.5s" }}', "Web.example.org A-B Foo's 1H30m X_y 1.5S"],
  ['{{ toTime 59.99999 }}', '1970-01-01 00:00:59.999 +0000 UTC'],
];

const ERRORS: readonly (readonly [template: string, message: RegExp])[] = [
  ['a\n{{ nope }}', /template: t:2: function "nope" not defined$/],
  ['{{ $x }}', /undefined variable "\$x"/],
  ['{{ if }}x{{ end }}', /missing value for if/],
  ['{{ if true }}x', /unexpected EOF/],
  ['{{ "unclosed }}', /unterminated quoted string/],
  ['{{ 1 | 2 }}', /non executable command in pipeline stage 2/],
  ['{{ nil }}', /nil is not a command/],
  ['{{ break }}', /\{\{break\}\} outside \{\{range\}\}/],
  ['{{ 3 4 }}', /can't give argument to non-function 3/],
  ['{{ .Nope }}', /can't evaluate field Nope in type Data/],
  ['{{ gt 1.5 1 }}', /incompatible types for comparison/],
  ['{{ template "gone" . }}', /template "gone" not defined/],
  ['{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}', /exceeded maximum template depth/],
  ['{{ range 2000000 }}{{ . }}{{ end }}', /takes more than/],
  ['{{ index .List 7 }}', /index out of range: 7/],
  ['{{ query "down" | first }}', /first\(\) called on vector with no elements/],
  ['{{ humanize "abc" }}', /invalid syntax/],
  ['{{ printf }}', /wrong number of args for printf/],
  ['{{ toTime "NaN" }}', /value is NaN or Inf/],
  ['{{ toTime 1e10 }}', /overflows int64/],
  ['{{ humanize "0x10" }}', /parsing "0x10": invalid syntax/],
  ['{{/* never closed', /unclosed comment/],
  [`{{ ${'('.repeat(200)}1${')'.repeat(200)} }}`, /nested deeper/],
];

describe('templates', () => {
  for (const [template, expected] of CASES) {
    it(JSON.stringify(template), () => assert.equal(run(template), expected));
  }
  for (const [template, message] of ERRORS) {
    it(`refuses ${JSON.stringify(template.slice(0, 60))}`, () => assert.throws(() => run(template), message));
  }
  it("writes a pair's fields as JSON under their Go names", () =>
    assert.equal(jsonOf(goStruct('template.Pair', { Name: 'a', Value: '1' })), '{"Name":"a","Value":"1"}'));
});
