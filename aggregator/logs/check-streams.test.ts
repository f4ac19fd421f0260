import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createRefusals } from '@tocsin/protocol/otlp/refusals.ts';
import { checkStreams, type StreamRules } from './check-streams.ts';
import { DEFAULT_LOG_LIMITS } from './limits.ts';
import type { LogEntry, LogStream } from './log-entry.ts';

const limits = {
  ...DEFAULT_LOG_LIMITS,
  labelsPerStreamMax: 3,
  labelNameLengthMax: 10,
  labelValueLengthMax: 10,
  lineLengthMax: 20,
  metadataPairsMax: 2,
  metadataLengthMax: 30,
  streamsMax: 5,
};
const rules: StreamRules = { limits, oldestNs: 100n, newestNs: 200n, admits: () => true };
const good: LogEntry = { timestampNs: 150n, line: 'fine', structuredMetadata: [] };

function refusal(stream: LogStream, changed: Partial<StreamRules> = {}): string {
  const refusals = createRefusals();
  const kept = checkStreams(
    [stream, { labels: ['a', 'b'], entries: [good] }],
    { ...rules, ...changed },
    refusals,
  );
  assert.deepEqual(
    kept.at(-1),
    changed.admits === undefined ? { labels: ['a', 'b'], entries: [good] } : undefined,
  );
  return refusals.partialSuccess().errorMessage;
}

describe('what lines are kept', () => {
  it('refuses streams by their labels, and names the label', () => {
    const cases: readonly [labels: Record<string, string>, message: RegExp][] = [
      [{ a: '1', b: '2', c: '3', d: '4' }, /^2 refused: a stream has more than 3 labels/],
      [{ 'a-b': '1' }, /"a-b" is no label name/],
      [{ abcdefghijk: '1' }, /a label name is longer than 10/],
      [{ a: '12345678901' }, /the value of label a is longer than 10/],
    ];
    for (const [labels, message] of cases)
      assert.match(refusal({ labels: labelsFromObject(labels), entries: [good, good] }), message);
    assert.match(
      refusal({ labels: ['a', 'c'], entries: [good] }, { admits: () => false }),
      /^2 refused: more than 5 label sets/,
    );
  });

  it('refuses single lines, and keeps the others of the stream', () => {
    const cases: readonly [entry: Partial<LogEntry>, message: RegExp][] = [
      [{ timestampNs: 99n }, /older than lines are kept/],
      [{ timestampNs: 201n }, /more than 600 s in the future/],
      [{ line: 'x'.repeat(21) }, /the line is longer than 20 characters/],
      [{ structuredMetadata: ['a', '1', 'b', '2', 'c', '3'] }, /more than 2 pairs of structured metadata/],
      [{ structuredMetadata: ['a', 'x'.repeat(30)] }, /metadata is longer than 30 characters/],
    ];
    for (const [change, message] of cases) {
      const refusals = createRefusals();
      const kept = checkStreams(
        [{ labels: ['a', 'b'], entries: [{ ...good, ...change }, good] }],
        rules,
        refusals,
      );
      assert.deepEqual(kept, [{ labels: ['a', 'b'], entries: [good] }]);
      assert.equal(refusals.rejected, 1);
      assert.match(refusals.partialSuccess().errorMessage, message);
    }
  });
});
