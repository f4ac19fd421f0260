import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { walk } from '@tocsin/protocol/promql/walk.ts';
import { nodeAt, parsedQuery, placeOf } from './parsed-queries.ts';

const QUERY = 'topk(2, sum by (job) (rate(a[5m]))) / on() group_left() max_over_time(b[1h:1m]) > bool 1';

describe('parsed queries', () => {
  it('are what the parser says, and the same tree again', () => {
    assert.deepEqual(parsedQuery(QUERY), parseExpr(QUERY));
    assert.equal(parsedQuery(QUERY), parsedQuery(QUERY));
    assert.throws(() => parsedQuery('sum('), ParseError);
    assert.throws(() => parsedQuery('sum('), ParseError);
  });

  it('have a place for each node, by which it is found again in another tree of the same text', () => {
    const nodes = [...walk(parsedQuery(QUERY))];
    for (const node of nodes) {
      const place = placeOf(node);
      assert.ok(place !== null);
      assert.equal(nodeAt(QUERY, place), node);
      assert.deepEqual([...walk(parseExpr(QUERY))][place], node);
    }
    assert.equal(new Set(nodes.map(placeOf)).size, nodes.length);
    assert.equal(placeOf(parseExpr(QUERY)), null);
    assert.throws(() => nodeAt(QUERY, nodes.length), /Cannot find node/);
  });

  it('are forgotten when there are too many, the least recently used first', () => {
    const kept = parsedQuery('kept');
    const first = parsedQuery('first');
    for (let i = 0; i < 300; i++) {
      parsedQuery(`x${i}{a="${'y'.repeat(10_000)}"}`);
      assert.equal(parsedQuery('kept'), kept);
    }
    assert.notEqual(parsedQuery('first'), first);
  });
});
