import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TargetStatus } from './target-loop.ts';
import { targetsAnswer } from './targets-answer.ts';

function status(job: string): TargetStatus {
  return {
    target: {
      url: 'http://127.0.0.1:9100/metrics',
      labels: { job, instance: '127.0.0.1:9100' },
      intervalMs: 15_000,
      timeoutMs: 5_000,
      honorLabels: false,
      honorTimestamps: true,
      samplesMax: Number.POSITIVE_INFINITY,
      bodyBytesMax: 1_000,
      authorization: null,
    },
    health: 'up',
    lastError: '',
    lastScrapeMs: 0,
    lastDurationMs: 3,
  };
}

describe('the targets as Prometheus tells of them', () => {
  const statuses = ['node', 'shop', 'node'].map(status);
  for (const [parameters, pools] of [
    ['', ['node', 'shop', 'node']],
    ['state=active', ['node', 'shop', 'node']],
    ['state=any&scrapePool=node', ['node', 'node']],
    ['scrapePool=other', []],
    ['state=dropped', []],
    ['state=DROPPED', []],
  ] as const) {
    it(`are those of ${parameters || 'no parameter'}`, () => {
      const { data } = targetsAnswer(statuses, new URLSearchParams(parameters)) as {
        data: { activeTargets: { scrapePool: string }[]; droppedTargets: unknown[] };
      };
      assert.deepEqual(
        data.activeTargets.map(({ scrapePool }) => scrapePool),
        pools,
      );
      assert.deepEqual(data.droppedTargets, []);
    });
  }
});
