import { z } from 'zod';
import { RULE_FILE_SCHEMA } from './rule-schema.ts';

/** The JSON Schema of rule files, for editors. Shipped as docs/rules.schema.json; `npm run schema` writes it. */
export function rulesJsonSchema(): unknown {
  const schema = z.toJSONSchema(RULE_FILE_SCHEMA, {
    io: 'input',
    override({ jsonSchema }) {
      // The file is read as text, in which `above: 80` and `above: "80"` are the same.
      if (jsonSchema.type === 'string' && !jsonSchema.enum)
        Object.assign(jsonSchema, { type: ['string', 'number', 'boolean'] });
      if (jsonSchema.enum?.includes('true'))
        Object.assign(jsonSchema, { type: ['string', 'boolean'], enum: [true, false, ...jsonSchema.enum] });
    },
  });
  return JSON.parse(JSON.stringify({ ...schema, title: 'Rules' }));
}
