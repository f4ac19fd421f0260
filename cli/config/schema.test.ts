import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { tocsinJsonSchema } from './json-schema.ts';

it('the shipped JSON Schema is that of the configuration as it is (else: npm run schema)', () => {
  const shipped = JSON.parse(readFileSync(new URL('../../docs/tocsin.schema.json', import.meta.url), 'utf8'));
  assert.deepEqual(shipped, tocsinJsonSchema());
});
