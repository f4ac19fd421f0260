import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type HttpAnswer, HttpFailure, type HttpRequest } from '@tocsin/runtime/http/client.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { httpAnswer } from '../testing/fake-http.ts';
import { createQueryClient } from './query-client.ts';
import { QueryFailure } from './query-failure.ts';

const vector = (value: string, labels: Readonly<Record<string, string>> = {}) => ({
  status: 'success',
  data: { resultType: 'vector', result: [{ metric: labels, value: [1, value] }] },
});

function clientOf(answer: (request: HttpRequest) => HttpAnswer) {
  const asked: string[] = [];
  const clock = createSimulatedClock();
  const http = {
    send: async (request: HttpRequest) => {
      asked.push(new URL(request.url).pathname.split('/').at(-1)!);
      return answer(request);
    },
    close: () => undefined,
  };
  return { client: createQueryClient(http, clock, { url: 'http://a', timeoutMs: 30_000 }), asked, clock };
}

/** A server that takes batches; `one` answers each query. */
const batching = (one: (query: string) => unknown) => (request: HttpRequest) => {
  if (!request.url.endsWith('batch')) {
    const query = new URLSearchParams(String(request.body)).get('query') ?? '';
    return httpAnswer(200, JSON.stringify(one(query)));
  }
  const { queries }: { queries: readonly { query: string }[] } = JSON.parse(String(request.body));
  return httpAnswer(
    200,
    JSON.stringify({ status: 'success', data: { results: queries.map(({ query }) => one(query)) } }),
  );
};

describe('the query client', () => {
  it('asks what is asked at one moment in one request, and a single query as every server knows it', async () => {
    const { client, asked } = clientOf(batching((query) => vector(query, { q: query })));
    const answers = await Promise.all(['1', '2', '3'].map((query) => client.instant(query, 5_000)));
    assert.deepEqual(
      answers.map(([sample]) => sample?.value),
      [1, 2, 3],
    );
    assert.deepEqual(answers[0]![0]?.labels, ['q', '1']);
    await client
      .instant('+Inf', 5_000)
      .then(([sample]) => assert.equal(sample?.value, Number.POSITIVE_INFINITY));
    assert.deepEqual(asked, ['query_batch', 'query']);
  });

  it('sends requests that are not too large', async () => {
    const { client, asked } = clientOf(batching(() => vector('1')));
    await Promise.all(Array.from({ length: 600 }, (_, i) => client.instant(String(i), 0)));
    assert.deepEqual(asked, ['query_batch', 'query_batch', 'query_batch']);
  });

  it('fails only what is wrong, each with its own reason', async () => {
    const { client } = clientOf(
      batching((query) =>
        query === 'good' ? vector('1') : { status: 'error', errorType: query, error: `it is ${query}` },
      ),
    );
    const kinds = await Promise.all(
      ['good', 'execution', 'unavailable', 'internal'].map((query) =>
        client.instant(query, 0).then(
          () => 'fine',
          (error: unknown) =>
            error instanceof QueryFailure ? `${error.kind}: ${error.message}` : String(error),
        ),
      ),
    );
    assert.deepEqual(kinds, [
      'fine',
      'refused: it is execution',
      'unreachable: it is unavailable',
      'unreachable: it is internal',
    ]);
  });

  it('asks a slow query by itself, then and for a while', async () => {
    let isFirst = true;
    const { client, asked, clock } = clientOf(
      batching((query) => {
        if (query !== 'slow' || !isFirst) return vector('1');
        isFirst = false;
        return { status: 'error', errorType: 'timeout', error: 'query timed out' };
      }),
    );
    const round = () => Promise.all(['a', 'b', 'slow'].map((query) => client.instant(query, 0)));
    await round();
    await round();
    await clock.advance(11 * 60_000);
    await round();
    assert.deepEqual(asked, ['query_batch', 'query', 'query', 'query_batch', 'query_batch']);
  });

  it('asks one by one where batches are not known', async () => {
    const { client, asked } = clientOf((request) =>
      request.url.endsWith('batch')
        ? httpAnswer(404, 'not found')
        : httpAnswer(200, JSON.stringify(vector('1'))),
    );
    const round = () => Promise.all(['a', 'b'].map((query) => client.instant(query, 0)));
    await round();
    await round();
    assert.deepEqual(asked, ['query_batch', 'query', 'query', 'query', 'query']);
  });

  it('says of all that nobody can be asked', async () => {
    const { client } = clientOf(() => {
      throw new HttpFailure('unreachable', 'refused');
    });
    const settled = await Promise.allSettled(['a', 'b'].map((query) => client.instant(query, 0)));
    for (const each of settled)
      assert.ok(
        each.status === 'rejected' &&
          each.reason instanceof QueryFailure &&
          each.reason.kind === 'unreachable',
      );
  });

  it('takes or refuses any answer, and always settles (fuzz)', async () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record({ status: fc.constantFrom('success', 'error'), data: fc.jsonValue() }),
      fc.array(fc.jsonValue()).map((results) => ({ status: 'success', data: { results } })),
      fc
        .jsonValue()
        .map((result) => ({ status: 'success', data: { resultType: 'vector', result: [result] } })),
      fc.jsonValue().map((metric) => vector('1', metric as never)),
    );
    const statuses = fc.constantFrom(200, 400, 404, 422, 500, 503);
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 3, maxLength: 3 }), statuses, async (bodies, status) => {
        let turn = 0;
        const { client } = clientOf(() => httpAnswer(status, JSON.stringify(bodies[turn++ % 3])));
        const settled = await Promise.allSettled([client.instant('a', 0), client.instant('b', 0)]);
        for (const each of settled)
          if (each.status === 'rejected') assert.ok(each.reason instanceof QueryFailure, String(each.reason));
      }),
      { numRuns: 300 },
    );
  });
});
