import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { type Answerer, Calls, Handover, type ReviveError } from './calls.ts';

class BusyError extends Error {
  override readonly name = 'BusyError';
}

function pair(answer: Answerer, revive?: ReviveError): { readonly caller: Calls; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const caller = new Calls(port1, async () => undefined, revive);
  new Calls(port2, answer);
  return { caller, close: () => port1.close() };
}

describe('calls between threads', () => {
  it('are answered in any order, and begun in the order they were made', async () => {
    const begun: unknown[] = [];
    const { caller, close } = pair(async (method, args) => {
      begun.push(args[0]);
      await new Promise((resolve) => setTimeout(resolve, Number(args[0])));
      return `${method} ${args[0]}`;
    });
    const answers = await Promise.all([20, 1, 10].map((ms) => caller.call('wait', [ms])));
    assert.deepEqual(answers, ['wait 20', 'wait 1', 'wait 10']);
    assert.deepEqual(begun, [20, 1, 10]);
    close();
  });

  it('bring errors back with their class, code and message', async () => {
    const { caller, close } = pair(
      async (method) => {
        if (method === 'busy') throw new BusyError('come back');
        throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
      },
      ({ name, message }) => (name === 'BusyError' ? new BusyError(message) : null),
    );
    await assert.rejects(caller.call('busy', []), BusyError);
    await assert.rejects(caller.call('other', []), { message: 'no room', code: 'ENOSPC' });
    close();
  });

  it('hand buffers over in both directions', async () => {
    const { caller, close } = pair(async (_method, [column]) => {
      const doubled = (column as Float64Array).map((value) => value * 2);
      return new Handover(doubled, [doubled.buffer]);
    });
    const column = Float64Array.of(1, 2);
    const answer = await caller.call('double', [column], { transfer: [column.buffer] });
    assert.deepEqual(answer, Float64Array.of(2, 4));
    assert.equal(column.length, 0);
    close();
  });

  it('end when the caller loses interest, and tell the other side', async () => {
    let heard: unknown = null;
    const { caller, close } = pair(
      (_method, _args, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            heard = signal.reason;
            reject(signal.reason);
          });
        }),
    );
    const controller = new AbortController();
    const call = caller.call('long', [], { signal: controller.signal });
    controller.abort(new Error('gone'));
    await assert.rejects(call, /gone/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((heard as Error).name, 'AbortError');
    await assert.rejects(caller.call('more', [], { signal: controller.signal }), /gone/);
    close();
  });

  it('fail once the other side has ended', async () => {
    const { caller, close } = pair(() => new Promise(() => undefined));
    const call = caller.call('never', []);
    caller.end(new Error('the thread has ended'));
    await assert.rejects(call, /the thread has ended/);
    await assert.rejects(caller.call('again', []), /the thread has ended/);
    close();
  });

  it('refuse what cannot travel', async () => {
    const { caller, close } = pair(async (method) => (method === 'bad' ? () => 1 : 1));
    await assert.rejects(caller.call('call', [() => 1]), /could not be cloned/);
    await assert.rejects(caller.call('bad', []), /could not be cloned/);
    assert.equal(await caller.call('good', []), 1);
    close();
  });
});
