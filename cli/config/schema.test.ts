import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { rulesJsonSchema } from '@tocsin/rules/rule-file/json-schema.ts';
import { tocsinJsonSchema } from './json-schema.ts';

for (const [file, schema] of [
  ['tocsin.schema.json', tocsinJsonSchema],
  ['rules.schema.json', rulesJsonSchema],
] as const) {
  it(`docs/${file} is the JSON Schema of the sources as they are (else: npm run schema)`, () => {
    const shipped = JSON.parse(readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8'));
    assert.deepEqual(shipped, schema());
  });
}
