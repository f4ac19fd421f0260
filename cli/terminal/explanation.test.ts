import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explanationSchema, formatExplanation } from './explanation.ts';

const leaf = { expression: 'rate(x[5m])', seconds: 0.009, series: 2, samples: 40, operands: [] };
const sources = { head: { series: 2, files: 0 }, '5m': { series: 1, files: 3 } };

describe('the explanation of a query in a terminal', () => {
  it('has a line for each part, shards below what they worked on', () => {
    const text = formatExplanation(
      explanationSchema.parse({
        expression: 'sum(rate(x[5m]))',
        seconds: 0.012,
        series: 1,
        samples: 80,
        operands: [],
        shards: [
          { ...leaf, operands: [{ ...leaf, read: { series: 2, samples: 7, rolledUp: 3, sources } }] },
          leaf,
        ],
        more: 'from a newer server',
      }),
    );
    const [header, ...lines] = text.trimEnd().split('\n');
    assert.match(header!, /^ *time +of all +samples +series +read +part$/);
    assert.equal(lines.length, 4);
    assert.match(lines[0]!, /12\.00 ms +100 % +80 +1 +sum\(rate\(x\[5m\]\)\)$/);
    assert.match(lines[1]!, / 75 % .* {2}shard 0: rate/);
    assert.match(lines[2]!, /7, 3 of them rolled up from head, 5m \(3 files\) +rate\(x\[5m\]\)$/);
    assert.match(lines[3]!, / {2}shard 1: rate/);
  });

  it('lets no control characters through, and shortens what is long', () => {
    const text = formatExplanation({ ...leaf, expression: `\u001b[31m${'x'.repeat(500)}` });
    assert.ok(!text.includes('\u001b'));
    assert.ok(text.length < 300);
  });
});
