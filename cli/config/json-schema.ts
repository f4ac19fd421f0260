import { z } from 'zod';
import { tocsinConfigSchema } from './tocsin-config.ts';

/** The JSON Schema of tocsin.yaml, for editors. Shipped as docs/tocsin.schema.json; `npm run schema` writes it. */
export function tocsinJsonSchema(): unknown {
  const schema = z.toJSONSchema(tocsinConfigSchema, { io: 'input' });
  return JSON.parse(JSON.stringify({ ...schema, title: 'tocsin.yaml' }));
}
