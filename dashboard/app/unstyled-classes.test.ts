import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unstyledClasses } from './unstyled-classes.ts';

test('a component that is used without its styles is named', () => {
  const all = '.m_77c9d27d{display:flex}.m_8d3f4000{width:1px}.m_8d3afb97:hover{width:2px}';
  const scripts = ['const a={root:"m_77c9d27d"}', 'b={group:"m_8d3f4000"};c="m_12345678"'];
  assert.deepEqual(unstyledClasses(scripts, '.m_77c9d27d{display:flex}', all), ['m_8d3f4000']);
  assert.deepEqual(unstyledClasses(scripts, all, all), []);
});
