import { z } from 'zod';
import { formatTable } from './table.ts';

const sourceSchema = z.object({ series: z.number(), files: z.number() });

/** What the aggregator tells of a query with `stats=all`, as far as it is shown. */
export const explanationSchema = z.object({
  expression: z.string(),
  seconds: z.number(),
  series: z.number(),
  samples: z.number(),
  read: z
    .object({ samples: z.number(), rolledUp: z.number(), sources: z.record(z.string(), sourceSchema) })
    .optional(),
  get operands() {
    return z.array(explanationSchema);
  },
  get shards() {
    return z.array(explanationSchema).optional();
  },
});
type Explanation = z.output<typeof explanationSchema>;

const EXPRESSION_SHOWN_MAX = 100;

/** A line for each part of a query, parts of a part below it and further in; what shards did, below what they did it for. */
export function formatExplanation(root: Explanation): string {
  const rows: string[][] = [];
  const visit = (node: Explanation, indent: string, prefix: string): void => {
    rows.push([
      `${(node.seconds * 1_000).toFixed(2)} ms`,
      root.seconds > 0 ? `${Math.round((node.seconds / root.seconds) * 100)} %` : '',
      String(node.samples),
      String(node.series),
      node.read ? readText(node.read) : '',
      `${indent}${prefix}${shortened(node.expression)}`,
    ]);
    for (const operand of node.operands) visit(operand, `${indent}  `, '');
    for (const [shard, part] of (node.shards ?? []).entries()) visit(part, `${indent}  `, `shard ${shard}: `);
  };
  visit(root, '', '');
  return formatTable(['time', 'of all', 'samples', 'series', 'read', 'part'], rows, new Set([0, 1, 2, 3]));
}

function readText({ samples, rolledUp, sources }: NonNullable<Explanation['read']>): string {
  const from = Object.entries(sources).map(([name, { files }]) =>
    files > 0 ? `${name} (${files} files)` : name,
  );
  const rolled = rolledUp > 0 ? `, ${rolledUp} of them rolled up` : '';
  return `${samples}${rolled}${from.length > 0 ? ` from ${from.join(', ')}` : ''}`;
}

function shortened(expression: string): string {
  const line = expression.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '\ufffd');
  return line.length > EXPRESSION_SHOWN_MAX ? `${line.slice(0, EXPRESSION_SHOWN_MAX)}...` : line;
}
