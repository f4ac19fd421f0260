import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPageLinks } from './page-links.ts';

const manifest = JSON.stringify({
  'begin/begin.ts': { file: 'assets/begin-1.js' },
  'index.html': { file: 'assets/index-1.js', name: 'index' },
  '_dashboard-1.js': {
    file: 'assets/dashboard-1.js',
    name: 'dashboard',
    css: ['assets/dashboards-1.css'],
    imports: ['_parse-1.js', '_shared-1.js'],
  },
  '_parse-1.js': { file: 'assets/parse-1.js', imports: ['_shared-1.js'] },
  '_shared-1.js': { file: 'assets/shared-1.js', imports: ['_parse-1.js'] },
});

test('a page names its scripts with all they import, and its styles', () => {
  const { of, begin } = createPageLinks(manifest);
  assert.equal(begin, '/assets/begin-1.js');
  assert.equal(
    of('/dashboards/shop%20floor'),
    [
      '</assets/dashboard-1.js>; rel=modulepreload',
      '</assets/parse-1.js>; rel=modulepreload',
      '</assets/shared-1.js>; rel=modulepreload',
      '</assets/dashboards-1.css>; rel=preload; as=style; crossorigin=anonymous',
    ].join(', '),
  );
});

test('what is not known names nothing', () => {
  const { of } = createPageLinks(manifest);
  assert.equal(of('/'), '');
  assert.equal(of('/explore'), '');
  for (const broken of [null, '', '[', 'null', '7']) {
    const links = createPageLinks(broken);
    assert.equal(links.of('/dashboards/a'), '');
    assert.equal(links.begin, undefined);
  }
  for (const name of ['a>; rel=preload', 'a\r\nSet-Cookie: a', '<script>', 'a"b', 'ä'])
    assert.doesNotMatch(of(`/dashboards/${name}`), /Set-Cookie|ä|<s/);
});
