import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { loadRuleFile } from './load-rule-file.ts';

const HEAD = 'groups:\n  - name: g\n    rules:\n';
const load = (text: string) =>
  loadRuleFile('r.yml', `${HEAD}      - ${text.replaceAll('\n', '\n        ')}\n`)[0]!.rules;
const SHOP = `slo: shop
objective: 99.9
total: requests_total{job="shop"}
errors: requests_total{job="shop", code=~"5.."}`;

function complaint(text: string): string {
  try {
    load(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return 'accepted';
}

const recorded = (text: string) =>
  new Map(load(text).flatMap((rule) => (rule.kind === 'recording' ? [[rule.name, rule.expression]] : [])));
const alerts = (text: string) => load(text).filter((rule) => rule.kind === 'alerting');

describe('an objective', () => {
  it('becomes ratios over the windows of the workbook, and two alerts of which the page inhibits the ticket', () => {
    const rules = load(SHOP);
    for (const { expression } of rules) parseExpr(expression);
    assert.deepEqual(
      rules.filter(({ name }) => name.startsWith('slo:sli_error:')).map(({ name }) => name.slice(19)),
      ['_rate5m', '_rate30m', '_rate1h', '_rate2h', '_rate6h', '_rate1d', '_rate3d', '_rate30d'],
    );
    const [page, ticket] = alerts(SHOP);
    const ratio = (span: string) => `slo:sli_error:ratio_rate${span}{slo="shop"}`;
    assert.equal(
      page!.expression,
      `(${ratio('1h')} > 0.0144 and ${ratio('5m')} > 0.0144)\nor\n(${ratio('6h')} > 0.006 and ${ratio('30m')} > 0.006)`,
    );
    assert.equal(
      ticket!.expression,
      `(${ratio('1d')} > 0.003 and ${ratio('2h')} > 0.003)\nor\n(${ratio('3d')} > 0.001 and ${ratio('6h')} > 0.001)`,
    );
    assert.deepEqual(
      [page, ticket].map((rule) => [
        rule!.name,
        { ...rule!.labels },
        rule!.kind === 'alerting' && rule!.additions.ladder,
      ]),
      [
        ['SLOErrorBudgetBurn', { severity: 'critical', slo: 'shop' }, { rank: 1, labels: ['severity'] }],
        ['SLOErrorBudgetBurn', { severity: 'warning', slo: 'shop' }, { rank: 0, labels: ['severity'] }],
      ],
    );
  });

  it('counts no errors while there was none yet, also from a counter of good events', () => {
    assert.equal(
      recorded(SHOP).get('slo:sli_errors:rate5m'),
      '(sum(rate(requests_total{code=~"5..",job="shop"}[5m])) or 0 * sum(rate(requests_total{job="shop"}[5m])))',
    );
    assert.equal(
      recorded('slo: s\nobjective: 99\ntotal: d_count\ngood: d_bucket{le="0.3"}\nby: [team]').get(
        'slo:sli_errors:rate5m',
      ),
      '(sum by (team) (rate(d_count[5m])) - (sum by (team) (rate(d_bucket{le="0.3"}[5m])) or 0 * sum by (team) (rate(d_count[5m]))))',
    );
  });

  it('takes its own name, window, labels, texts and number of errors', () => {
    const [page] = alerts(`${SHOP}
window: 28d
alert: ShopBurns
labels: { team: shop }
min_errors: 5
annotations: { runbook_url: r }
page: { labels: { severity: page }, annotations: { summary: now } }`);
    assert.deepEqual(
      [page!.name, { ...page!.labels }],
      ['ShopBurns', { severity: 'page', slo: 'shop', team: 'shop' }],
    );
    assert.match(page!.expression, /1h\{slo="shop"\} > 0\.01344 and/);
    assert.match(page!.expression, / and on \(\) \(sum\(rate\(.*\) \* 3600 >= 5\)/);
    assert.ok(
      page!.kind === 'alerting' &&
        page!.annotations['summary'] === 'now' &&
        page!.annotations['runbook_url'] === 'r',
    );
    parseExpr(page!.expression);
  });

  it('leaves out windows that could never alert', () => {
    const [page] = alerts(SHOP.replace('99.9', '90'));
    assert.equal(page!.expression.match(/ratio_rate/g)?.length, 2, 'only that of six hours is left');
  });

  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['slo: s\nobjective: 99.9\ntotal: a', /^r\.yml:4: slo "s" needs either errors: or good:/],
    ['slo: s\nobjective: 99.9\nerrors: a', /needs total:/],
    ['slo: s\ntotal: a\nerrors: b', /needs objective:/],
    ['slo: s\ntotal: a\nerrors: b\ngood: c\nobjective: 9', /needs either/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 100', /^r\.yml:7: slo "s": an objective lies between/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 99.9%', /^r\.yml:7: .*expected a number/],
    ['slo: s\ntotal: rate(a[5m])\nerrors: b\nobjective: 99', /^r\.yml:5: slo "s": total must be a counter/],
    ['slo: s\ntotal: a\nerrors: b offset 5m\nobjective: 99', /^r\.yml:6: .*errors must be a counter/],
    ['slo: s\ntotal: a\nerrors: b{\nobjective: 99', /^r\.yml:6: .*errors does not parse/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 99\nwindow: 3d', /^r\.yml:8: .*longer than 3d/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 1\nwindow: 5d', /accepted/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 1\nwindow: 90d', /^r\.yml:7: .*too slowly to alert/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 99\nby: [a-b]', /^r\.yml:8: .*not a label to sum by/],
    ['slo: s\nexpr: up\ntotal: a\nerrors: b\nobjective: 99', /^r\.yml:5: slo "s": an slo has no expr/],
    ['slo: s\nrecord: x\ntotal: a\nerrors: b\nobjective: 99', /either an alert or a record/],
    ['slo: s\ntotal: a\nerrors: b\nobjective: 99\npage: { annotations: { x: "{{ (" } }', /^r\.yml:8: rule "SLOErrorBudgetBurn", annotations\.x/],
  ]; // biome-ignore format: a table
  for (const [text, message] of cases) it(JSON.stringify(text), () => assert.match(complaint(text), message));
});
