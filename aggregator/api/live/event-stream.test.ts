import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { EventStream, StreamEnded } from './event-stream.ts';

/** A body whose reader can stop reading. */
class Body extends Writable {
  readonly written: string[] = [];
  #isRead = true;
  #goOn = (): void => undefined;

  constructor() {
    super({ highWaterMark: 1_000, decodeStrings: false });
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.written.push(text);
    if (this.#isRead) done();
    else this.#goOn = done;
  }

  pause(): void {
    this.#isRead = false;
  }

  resume(): void {
    this.#isRead = true;
    this.#goOn();
  }
}

function stream() {
  const clock = createSimulatedClock();
  const response = new Body();
  const config = { stalledMsMax: 1_000, retryMs: 10 };
  return {
    clock,
    response,
    stream: new EventStream(response, clock, config),
  };
}

describe('a stream of events', () => {
  it('is JSON again, however it is parted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 8 }), async (values) => {
        const { response, stream: events } = stream();
        const pieces = values.map((value, i) => `${i === 0 ? '' : ','}${JSON.stringify(value)}`);
        await events.send('answer', '7', ['[', ...pieces, ']']);
        const lines = response.written.join('').split('\n');
        assert.deepEqual(
          [lines[0], lines[1], lines.at(-1), lines.at(-2)],
          ['event: answer', 'id: 7', '', ''],
        );
        const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
        assert.equal(data.length + 4, lines.length);
        assert.deepEqual(JSON.parse(data.join('\n')), JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('holds one piece for a client that does not read, and makes the next when it does', async () => {
    const { response, stream: events } = stream();
    let made = 0;
    function* pieces() {
      for (; made < 100; made++) yield `"${'x'.repeat(70_000)}",`;
    }
    await events.start();
    const listeners = response.listenerCount('drain') + response.listenerCount('close');
    response.pause();
    const sent = events.send('answer', '1', pieces());
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(made, 0, 'the piece in hand is the only one');
    assert.ok(response.writableLength < 80_000);
    response.resume();
    await sent;
    assert.equal(made, 100);
    assert.equal(response.listenerCount('drain') + response.listenerCount('close'), listeners);
  });

  it('is cut when the client takes nothing for too long', async () => {
    const { clock, response, stream: events } = stream();
    response.pause();
    const sent = assert.rejects(
      events.send('answer', '1', ['"', 'x'.repeat(2_000), '"']),
      (error) => error instanceof StreamEnded && error.isStalled && /nothing for 1000 ms/.test(error.message),
    );
    await clock.advance(1_000);
    await sent;
    assert.ok(response.destroyed);
  });

  it('ends with the client', async () => {
    const { clock, response, stream: events } = stream();
    response.pause();
    const sent = assert.rejects(
      events.send('answer', '1', ['"', 'x'.repeat(2_000), '"']),
      (error) => error instanceof StreamEnded && !error.isStalled,
    );
    response.destroy();
    await sent;
    assert.equal(clock.pendingTimers, 0);
    await assert.rejects(events.beat(), StreamEnded);
  });
});
