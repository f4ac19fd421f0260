import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { type HttpAnswer, HttpFailure, type HttpRequest } from '@tocsin/runtime/http/client.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { httpAnswer } from '../testing/fake-http.ts';
import type { HttpConfig } from './http-config-schema.ts';
import { SendError } from './integration.ts';
import { createOauth2Tokens } from './oauth2-tokens.ts';
import { parseRetryAfter } from './retry-after.ts';
import { sendHttp } from './send-http.ts';

async function sent(config: HttpConfig | null, answer: HttpAnswer | Error = httpAnswer(200, 'ok')) {
  const requests: HttpRequest[] = [];
  const http = {
    async send(request: HttpRequest) {
      requests.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: () => undefined,
  };
  const { signal } = new AbortController();
  const url = 'https://provider.test/hooks/s3cret?x=1';
  const send = { url, contentType: 'text/plain', body: 'b', timeoutMs: null, signal };
  const tokens = createOauth2Tokens({ http, disk: systemDisk, clock: systemClock });
  await sendHttp(config, send, { http, disk: systemDisk, tokens });
  return requests[0]!;
}

describe('a request to a provider', () => {
  it('may not go to link-local addresses unless http_config allows it', async () => {
    assert.equal((await sent(null)).refuseLinkLocal, true);
    assert.equal((await sent({ basic_auth: { username: 'u' } })).refuseLinkLocal, true);
    assert.equal((await sent({ allow_link_local: false })).refuseLinkLocal, true);
    assert.equal((await sent({ allow_link_local: true })).refuseLinkLocal, false);
  });

  it('keeps the path of its URL out of errors', () =>
    assert.rejects(
      sent(
        null,
        new HttpFailure('timeout', 'Cannot finish POST https://provider.test/hooks/s3cret: no answer'),
      ),
      (error) =>
        error instanceof SendError &&
        error.retry &&
        error.message === 'Cannot finish POST https://provider.test/<secret>: no answer',
    ));

  it('takes over when to come again', async () => {
    const answer = { ...httpAnswer(503, ''), headers: { 'retry-after': '3' } };
    await assert.rejects(
      sent(null, answer),
      (error) => error instanceof SendError && error.retry && error.retryAfterMs === 3_000,
    );
    for (const [header, ms] of [
      ['0', 0],
      ['0.5', 500],
      [' 12 ', 12_000],
      ['-1', null],
      ['Fri, 31 Dec 1999 23:59:59 GMT', null],
      ['9'.repeat(30), null],
      [undefined, null],
    ] as const) {
      assert.equal(parseRetryAfter(header), ms, String(header));
    }
  });
});
