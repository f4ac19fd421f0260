import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { createHttpClient, HttpFailure } from './client.ts';
import { createGuardedLookup, LinkLocalError } from './guarded-lookup.ts';
import { isLinkLocal } from './link-local.ts';

describe('link-local and metadata addresses', () => {
  it('are known in every spelling', () => {
    for (const host of [
      '169.254.169.254',
      '169.254.0.1',
      '[fe80::1]',
      'fe80::1%eth0',
      'febf::1',
      '[fd00:ec2::254]',
      '[fd00:0ec2::0254]',
      '::ffff:169.254.169.254',
      '[::ffff:a9fe:a9fe]',
      '64:ff9b::a9fe:a9fe',
      'Metadata.Google.Internal',
      'metadata.google.internal.',
      '100.100.100.200',
    ]) {
      assert.ok(isLinkLocal(host), host);
    }
    for (const host of [
      '127.0.0.1',
      '::1',
      '[::1]',
      '10.0.0.1',
      'example.org',
      '169.253.0.1',
      'fec0::1',
      '',
    ]) {
      assert.ok(!isLinkLocal(host), host);
    }
  });

  it('are refused behind a name, also when it has other addresses too', async () => {
    const addresses = new Map([
      ['bad.test', ['10.0.0.1', '169.254.169.254']],
      ['good.test', ['10.0.0.1', '10.0.0.2']],
    ]);
    const lookup = createGuardedLookup((host, _options, done) =>
      done(
        null,
        (addresses.get(host) ?? []).map((address) => ({ address, family: 4 })),
      ),
    );
    const ask = (host: string, all: boolean) =>
      new Promise((resolve) => {
        lookup(host, { all }, (error, address) => resolve(error ?? address));
      });
    assert.ok((await ask('bad.test', true)) instanceof LinkLocalError);
    assert.ok((await ask('bad.test', false)) instanceof LinkLocalError);
    assert.equal(await ask('good.test', false), '10.0.0.1');
    assert.deepEqual(await ask('good.test', true), [
      { address: '10.0.0.1', family: 4 },
      { address: '10.0.0.2', family: 4 },
    ]);
    assert.match(String(await ask('none.test', true)), /no address/);
  });

  it('are not connected to, whatever number system the URL writes them in; loopback is', async () => {
    const client = createHttpClient();
    const server = createServer((_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      for (const url of [
        'http://169.254.169.254/x',
        'http://2852039166/',
        'http://0xa9fea9fe/',
        'http://[fe80::1]/',
      ]) {
        await assert.rejects(
          client.send({ method: 'GET', url, timeoutMs: 1_000, refuseLinkLocal: true }),
          (error) => error instanceof HttpFailure && error.kind === 'link-local',
        );
      }
      for (const host of ['127.0.0.1', 'localhost']) {
        const url = `http://${host}:${port}/`;
        const answer = await client.send({ method: 'GET', url, timeoutMs: 1_000, refuseLinkLocal: true });
        assert.equal(answer.text(), 'ok');
      }
    } finally {
      client.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
