import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import fc from 'fast-check';
import { type Integration, type MessageKey, SendError } from '../receivers/integration.ts';
import type { Notification } from '../receivers/notification.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { createRoutingFolder, type RoutingFolder } from './routing-file.ts';
import { sampleNotification } from './sample-notification.ts';

/** What tests of an integration work with. */
export interface ProviderBench {
  readonly provider: FakeProvider;
  readonly folder: RoutingFolder;
  /** Renders and sends with the entry's only integration. */
  send(entries: string, notification?: Notification, global?: string): Promise<string>;
}

export const MESSAGE_KEY: MessageKey = {
  messageId: '1b4e28ba-2fa1-4d2e-883f-0016d3cca427',
  groupKey: 'g',
  memory: { known: null, keep: () => undefined },
};

export async function startProviderBench(answer?: FakeProvider['answer']): Promise<ProviderBench> {
  const provider = await startFakeProvider(answer);
  const http = createHttpClient();
  const folder = createRoutingFolder(http);
  after(async () => {
    http.close();
    folder.remove();
    await provider.stop();
  });
  return {
    provider,
    folder,
    async send(entries, notification = sampleNotification(), global = '{}') {
      const [integration] = await folder.load(entries, global);
      return await sendWith(integration!, notification);
    },
  };
}

/** Through JSON, as the outbox stores it. */
export function sendWith(integration: Integration, notification: Notification): Promise<string> {
  const stored: ReturnType<Integration['render']> = JSON.parse(
    JSON.stringify(integration.render(notification)),
  );
  return integration.send(stored, MESSAGE_KEY, AbortSignal.timeout(5_000));
}

/** What every integration that speaks HTTP owes. `entries` makes a configuration that sends to a URL. */
export function itBehavesAsProvider(
  bench: ProviderBench,
  entries: (url: string, timeout: string) => string,
  options: { readonly hasTimeout: boolean } = { hasTimeout: true },
): void {
  const { provider } = bench;
  const withAnswer = async (answer: FakeProvider['answer'], work: () => Promise<void>) => {
    const usual = provider.answer;
    provider.answer = answer;
    try {
      await work();
    } finally {
      provider.answer = usual;
    }
  };
  const rejects =
    (retry: boolean, retryAfterMs: number | null = null) =>
    (error: unknown) => {
      assert.ok(error instanceof SendError, String(error));
      assert.deepEqual([error.retry, error.retryAfterMs], [retry, retryAfterMs], error.message);
      assert.ok(error.message.length < 1_200, `${error.message.length}`);
      return true;
    };

  for (const [status, retry] of [
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [404, false],
    [302, false],
  ] as const) {
    it(`${status} ${retry ? 'is tried again' : 'is final'}, also with a page of 2 MB`, () =>
      withAnswer(
        (response) => {
          response.writeHead(status, { location: provider.url, 'content-type': 'text/html' });
          response.end('<p>sorry</p>'.repeat(170_000));
        },
        async () => {
          const before = provider.requests.length;
          await assert.rejects(bench.send(entries(provider.url, '5s')), rejects(retry));
          assert.equal(provider.requests.length, before + 1);
        },
      ));
  }

  it('429 is tried again when the provider says', () =>
    withAnswer(
      (response) => {
        response.writeHead(429, { 'retry-after': '7' });
        response.end('slow down');
      },
      () => assert.rejects(bench.send(entries(provider.url, '5s')), rejects(true, 7_000)),
    ));

  it('a provider that hangs is given up on, to try again', () =>
    withAnswer(
      () => undefined,
      async () => {
        const [integration] = await bench.folder.load(entries(provider.url, '50ms'));
        const message = integration!.render(sampleNotification());
        const signal = options.hasTimeout ? AbortSignal.timeout(5_000) : AbortSignal.timeout(50);
        const startMs = Date.now();
        await assert.rejects(integration!.send(message, MESSAGE_KEY, signal), rejects(true));
        assert.ok(Date.now() - startMs < 2_000);
      },
    ));

  it('a metadata address is refused for good, unless it is allowed', async () => {
    await assert.rejects(bench.send(entries('http://169.254.169.254', '50ms')), (error) => {
      assert.ok(error instanceof SendError && !error.retry);
      assert.match(error.message, /link-local or metadata address; set allow_link_local: true/);
      return true;
    });
  });

  it('hostile labels and values make a message that can be sent', async () => {
    const [integration] = await bench.folder.load(entries(provider.url, '5s'));
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '{{ .X }}',
        '{a: [',
        '"',
        '\u0000',
        '\ud800',
        'x'.repeat(5_000),
        '<b>&amp;',
        '\r\nX: y',
        '😀'.repeat(3_000),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), hostile, { maxKeys: 5 }),
        fc.constantFrom('firing' as const, 'resolved' as const),
        async (labels, status) => {
          const message = integration!.render(sampleNotification(status, labels));
          assert.equal(message.problem, null);
          const answer = await integration!.send(message, MESSAGE_KEY, AbortSignal.timeout(5_000));
          assert.ok(answer.length > 0);
        },
      ),
      { numRuns: 60 },
    );
  });
}
