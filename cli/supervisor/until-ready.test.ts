import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HttpAnswer, HttpClient } from '@tocsin/runtime/http/client.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { untilReady } from './until-ready.ts';

const answer = (status: number, text: string): HttpAnswer => ({
  status,
  headers: {},
  body: Buffer.from(text),
  text: () => text,
});

function asked(answers: (count: number) => HttpAnswer): { http: HttpClient; urls: string[] } {
  const urls: string[] = [];
  const http: HttpClient = {
    async send({ url }) {
      urls.push(url);
      return answers(urls.length);
    },
    close: () => undefined,
  };
  return { http, urls };
}

it('asks until the part is ready', async () => {
  const clock = createSimulatedClock();
  const { http, urls } = asked((count) => {
    if (count === 1) throw new Error('connection refused');
    return count < 4 ? answer(503, 'replaying the journal\n') : answer(200, 'ready\n');
  });
  const ready = untilReady({ clock, http }, 'http://aggregator', 3_000);
  await clock.advance(1_000);
  assert.equal(await ready, null);
  assert.deepEqual(
    urls,
    Array.from({ length: 4 }, () => 'http://aggregator/-/ready'),
  );
});

it('says why not when the time is over', async () => {
  const clock = createSimulatedClock();
  const { http } = asked(() => answer(503, 'replaying the journal\n'));
  const ready = untilReady({ clock, http }, 'http://aggregator', 3_000);
  await clock.advance(4_000);
  assert.equal(await ready, 'replaying the journal');
});
