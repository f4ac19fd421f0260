import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPageLinks } from './page-links.ts';

const manifest = JSON.stringify({
  'dashboards/dashboard-page.tsx': {
    file: 'assets/dashboard-page-1.js',
    css: ['assets/dashboards-1.css'],
    imports: ['_parse-1.js', '_shared-1.js'],
  },
  '_parse-1.js': { file: 'assets/parse-1.js', imports: ['_shared-1.js'] },
  '_shared-1.js': { file: 'assets/shared-1.js', imports: ['_parse-1.js'] },
});

test('a page names its scripts with all they import, its styles, and its dashboard', () => {
  assert.equal(
    createPageLinks(manifest)('/dashboards/shop%20floor'),
    [
      '</assets/dashboard-page-1.js>; rel=modulepreload',
      '</assets/parse-1.js>; rel=modulepreload',
      '</assets/shared-1.js>; rel=modulepreload',
      '</assets/dashboards-1.css>; rel=preload; as=style; crossorigin=anonymous',
      '</api/tocsin/v1/dashboards/shop%20floor>; rel=preload; as=fetch; crossorigin=anonymous',
    ].join(', '),
  );
});

test('what is not known names nothing, and no path breaks out of the header', () => {
  assert.equal(createPageLinks(manifest)('/'), '');
  assert.equal(createPageLinks(manifest)('/explore'), '');
  for (const broken of [null, '', '[', 'null', '7'])
    assert.equal(createPageLinks(broken)('/dashboards/a'), '');
  for (const name of ['a>; rel=preload', 'a\r\nSet-Cookie: a', '<script>', 'a"b', 'ä'])
    assert.doesNotMatch(createPageLinks(manifest)(`/dashboards/${name}`), /api\/tocsin|Set-Cookie/);
});
