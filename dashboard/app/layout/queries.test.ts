import { test } from 'node:test';
import { parseLogql } from '@tocsin/protocol/logql/parse.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import fc from 'fast-check';
import type { FamilyKind } from '../discovery/family.ts';
import { headlineFor, panelFor } from '../discovery/panel-choice.ts';
import { logQuery } from '../logs/log-query.ts';
import { fill } from '../promql/fill.ts';
import { windowOf } from '../time/range.ts';
import { curatedPanels } from './curated.ts';
import { curatedHeadlines } from './curated-headlines.ts';

const window = windowOf({ kind: 'last', seconds: 3600 }, 1_700_000_000_000);
const parses = (expr: string) => void parseExpr(fill(expr, window));

test('every shipped query is PromQL', () => {
  for (const panel of curatedPanels) for (const { expr } of panel.queries) parses(expr);
  for (const { value, before, trend } of curatedHeadlines)
    for (const expr of [value, before, trend]) parses(expr);
});

test('whatever a metric and its labels are called, its queries are PromQL', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,20}$/),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  );
  const kind = fc.constantFrom<FamilyKind>('counter', 'gauge', 'histogram', 'native histogram', 'summary');
  fc.assert(
    fc.property(
      name,
      kind,
      name,
      fc.constantFrom('business', 'usage', 'system'),
      (metric, of, label, layer) => {
        const family = { name: metric, kind: of, help: '', unit: '', members: [metric] };
        const series = [{ [label]: 'a' }, { [label]: 'b' }];
        for (const { expr } of panelFor(family, layer, series)?.queries ?? []) parses(expr);
        const headline = headlineFor(family, layer, series);
        for (const expr of headline ? [headline.value, headline.before, headline.trend] : []) parses(expr);
      },
    ),
  );
});

test('whatever the reader looks for, the log query is LogQL', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  fc.assert(
    fc.property(text, text, text, (service, level, needle) => {
      parseLogql(logQuery({ service, level, text: needle }));
    }),
  );
});
