import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirstChunk } from './first-chunk.ts';

/** Which module imports which at once; `entry` is the page's. */
function graphOf(imports: Readonly<Record<string, readonly string[]>>) {
  return {
    getModuleInfo: (id: string) => ({
      isEntry: id === 'entry' || id === 'early',
      importers: Object.keys(imports).filter((from) => imports[from]!.includes(id)),
    }),
  };
}

test('what the entry imports at once, through whatever else, is one file; what a later page imports is not', () => {
  const graph = graphOf({
    entry: ['router', 'theme'],
    router: ['link'],
    link: ['router'],
    page: ['chart', 'link'],
    chart: ['axis'],
    axis: ['chart'],
  });
  const nameOf = createFirstChunk((id) => id === 'early');
  const names = (ids: readonly string[]) => ids.map((id) => nameOf(id, graph));
  assert.deepEqual(names(['axis', 'link', 'chart']), [null, 'first', null], 'modules that import each other');
  assert.deepEqual(names(['entry', 'router', 'theme']), ['first', 'first', 'first']);
  assert.deepEqual(names(['page', 'unknown']), [null, null]);
});

test('what the script before the page imports is with it, also when the page imports it too', () => {
  const graph = graphOf({
    early: ['address', 'ask'],
    ask: ['health'],
    entry: ['router', 'ask'],
    router: ['address'],
    page: ['health', 'chart'],
  });
  const nameOf = createFirstChunk((id) => id === 'early');
  const names = ['early', 'address', 'health', 'ask', 'entry', 'router', 'chart'].map((id) =>
    nameOf(id, graph),
  );
  assert.deepEqual(names, ['begin', 'begin', 'begin', 'begin', 'first', 'first', null]);
});
