import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Sabotage, simulate } from './simulate.ts';

// The same month every time, so that a gate that was green stays green; others with the variable.
const seed = Number(process.env['TOCSIN_SIMULATION_SEED'] ?? 20);
const days = Number(process.env['TOCSIN_SIMULATION_DAYS'] ?? 30);

describe('a month of alerting', () => {
  it(`keeps every promise (TOCSIN_SIMULATION_SEED=${seed} repeats it)`, async () => {
    const { violations, ...counts } = await simulate(seed, days);
    const told = `repeat with TOCSIN_SIMULATION_SEED=${seed}; ${JSON.stringify(counts)}`;
    assert.deepEqual(violations, [], told);
    assert.ok(counts.deliveries > 10 * days && counts.silences > days && counts.restarts > days, told);
    assert.ok(counts.failures > days, told);
  });
});

/** A statement that does something else than it should. */
function tampered(matching: RegExp, run: (original: () => unknown) => unknown): Sabotage['database'] {
  return (database) => ({
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    get isTransaction() {
      return database.isTransaction;
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      if (!matching.test(sql)) return statement;
      return new Proxy(statement, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          return (...words: unknown[]) => run(() => Reflect.apply(member, target, words));
        },
      });
    },
  });
}

describe('the simulation finds out', () => {
  let every = 0;
  const cases: readonly (readonly [what: string, sabotage: Sabotage, complaint: RegExp])[] = [
    ['messages that get lost on the way', { copies: (random) => Number(random.next() > 0.1) }, /not told/],
    ['messages that arrive twice', { copies: (random) => 1 + Number(random.next() > 0.95) }, /twice/],
    [
      'silences that are forgotten at a restart',
      { database: tampered(/^SELECT data FROM silence/, () => [])! },
      /is silenced/,
    ],
    [
      'sends whose process was killed, which nobody takes up again',
      { database: tampered(/SET state = 'pending'.*WHERE state = 'claimed'/s, () => ({ changes: 0 }))! },
      /not told/,
    ],
    [
      'answers that are not written down',
      {
        database: tampered(/SET state = \?, finished_ms/, (original) =>
          ++every % 20 === 0 ? { changes: 0 } : original(),
        )!,
      },
      /twice|nothing new|not told/,
    ],
    [
      'an outbox that forgets what was told',
      { database: tampered(/ORDER BY id DESC LIMIT 1$/, () => undefined)! },
      /nothing new|not told/,
    ],
  ];
  for (const [what, sabotage, complaint] of cases) {
    it(what, async () => {
      const { violations } = await simulate(7, 20, { ...sabotage, until: complaint });
      assert.ok(
        violations.some((violation) => complaint.test(violation)),
        `${violations.length} complaints, and none of it: ${violations[0]}`,
      );
    });
  }
});
