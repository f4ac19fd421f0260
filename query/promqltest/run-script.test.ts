import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../engine.ts';
import { ShardedStorage } from '../testing/sharded-storage.ts';
import { runScript } from './run-script.ts';

const engine = createEngine({
  clock: { monotonic: () => performance.now(), sleep: () => new Promise((resolve) => setImmediate(resolve)) },
});

describe('scripts in testdata', () => {
  const folder = fileURLToPath(new URL('../testdata/', import.meta.url));
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.test'))) {
    it(file, async () => {
      const { evaluations, failures } = await runScript(readFileSync(`${folder}${file}`, 'utf8'), engine);
      assert.ok(evaluations > 0);
      assert.deepEqual(failures, []);
    });
    for (const shards of [1, 3]) {
      it(`${file}, with the series on ${shards} shards`, async () => {
        const text = readFileSync(`${folder}${file}`, 'utf8');
        const { failures } = await runScript(text, engine, () => new ShardedStorage(shards));
        assert.deepEqual(failures, []);
      });
    }
  }
});

describe('runScript', () => {
  const load = 'load 1m\n  a{x="1"} 1 2 3\n  a{x="2"} 4 5 6\n';
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['eval instant at 1m a\n  a{x="1"} 2\n  a{x="2"} 6', /6 expected, got 5/],
    ['eval instant at 1m a\n  a{x="1"} 2', /unexpected series a\{x="2"\}/],
    ['eval instant at 1m a\n  a{x="1"} 2\n  a{x="2"} 5\n  a{x="3"} 5', /a\{x="3"\} is missing/],
    ['eval instant at 1m sort_desc(a)\n  expect ordered\n  a{x="1"} 2\n  a{x="2"} 5', /in another order/],
    ['eval range from 0 to 2m step 1m sum(a)\n  {} 5 7 8', /8 expected, got 9/],
    ['eval range from 0 to 2m step 1m sum(a)\n  {} 5 7', /no sample expected, got 9/],
    ['eval instant at 1m a\n  expect fail', /was to fail/],
    ['eval instant at 1m a +', /failed: 1:4: parse error/],
    [
      'eval instant at 1m rate(a[2m])\n  expect no_info\n  {x="1"} 0.0166666\n  {x="2"} 0.016666',
      /unexpected info: PromQL info: metric might not be a counter/,
    ],
    ['eval instant at 1m a\n  expect warn\n  a{x="1"} 2\n  a{x="2"} 5', /warning missing/],
    ['eval instant at 1m 1 + 1\n  3', /3 expected, got 2/],
    ['eval instant at 1m "a"\n  expect string "b"', /another string/],
  ];
  for (const [command, detail] of wrong) {
    it(`notices: ${command.split('\n')[0]}`, async () => {
      const { failures } = await runScript(load + command, engine);
      assert.equal(failures.length, 1);
      assert.match(failures[0]!.detail, detail);
    });
  }

  it('says which line it cannot read', async () => {
    await assert.rejects(runScript('load 1m\n  a 1\nevaluate this', engine), /Cannot read line 3/);
    await assert.rejects(
      runScript('load 1m\n  a 1 b', engine),
      /Cannot read line 1: Cannot read the value "b"/,
    );
  });
});
