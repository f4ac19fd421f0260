/** Writes the JSON Schemas in docs/, from which editors complete tocsin.yaml and rule files. */
import { writeFileSync } from 'node:fs';
import { rulesJsonSchema } from '@tocsin/rules/rule-file/json-schema.ts';
import { tocsinJsonSchema } from '../cli/config/json-schema.ts';

const write = (file: string, schema: unknown) =>
  writeFileSync(`docs/${file}`, `${JSON.stringify(schema, null, 2)}\n`);
write('tocsin.schema.json', tocsinJsonSchema());
write('rules.schema.json', rulesJsonSchema());
