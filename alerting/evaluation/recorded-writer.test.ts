import assert from 'node:assert/strict';
import { it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { httpAnswer } from '../testing/fake-http.ts';
import { createRecordedWriter } from './recorded-writer.ts';

it('the 200,000 samples of a rule with 100,000 alerts are written, all of them', async () => {
  const outcomes = new Map<string, number>();
  let requests = 0;
  const writer = createRecordedWriter(
    {
      clock: systemClock,
      http: {
        async send() {
          requests++;
          return httpAnswer(204, '');
        },
        close: () => undefined,
      },
      log: silentLog,
      onOutcome: (outcome, samples) => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + samples),
    },
    'http://aggregator.test',
  );
  const labels = labelsFromObject({ __name__: 'ALERTS' });
  await writer.write(Array.from({ length: 200_000 }, () => ({ labels, timestampMs: 1, value: 1 })));
  assert.deepEqual([...outcomes], [['written', 200_000]]);
  assert.equal(requests, 40);
});
