/** Writes docs/tocsin.schema.json. */
import { writeFileSync } from 'node:fs';
import { tocsinJsonSchema } from '../cli/config/json-schema.ts';

writeFileSync('docs/tocsin.schema.json', `${JSON.stringify(tocsinJsonSchema(), null, 2)}\n`);
