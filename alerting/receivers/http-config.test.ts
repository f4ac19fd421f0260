import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:https';
import { after, beforeEach, describe, it } from 'node:test';
import { startHttpProxy, startSocksProxy } from '../testing/fake-proxy.ts';
import { MESSAGE_KEY, sendWith, startProviderBench } from '../testing/provider.case.ts';
import { sampleNotification } from '../testing/sample-notification.ts';
import { TEST_CERTIFICATE } from '../testing/test-certificate.ts';
import { SendError } from './integration.ts';
import { JWT_BEARER } from './oauth2-assertion.ts';

const bench = await startProviderBench();
const { provider, folder } = bench;
const proxy = await startHttpProxy();
const socks = await startSocksProxy();
const secure = createServer(TEST_CERTIFICATE, (request, response) => {
  request.resume().on('end', () => response.end('secure'));
});
await new Promise<void>((resolve) => {
  secure.listen(0, '127.0.0.1', resolve);
});
const address = secure.address();
const securePort = typeof address === 'object' && address ? address.port : 0;
folder.write('ca.pem', TEST_CERTIFICATE.cert);
after(async () => {
  secure.closeAllConnections();
  await Promise.all([
    new Promise<void>((resolve) => {
      secure.close(() => resolve());
    }),
    proxy.stop(),
    socks.stop(),
  ]);
});
const usual = provider.answer;
beforeEach(() => {
  provider.answer = usual;
  provider.requests.length = 0;
  proxy.asked.length = 0;
  socks.asked.length = 0;
  proxy.status = 200;
});

const entry = (config: string, url = `${provider.url}/hook`) =>
  `webhook_configs: [{ url: '${url}', http_config: ${config} }]`;
const send = (config: string, url?: string) => bench.send(entry(config, url));
const TLS = 'tls_config: { ca_file: ca.pem }';

describe('proxy_url of http_config', () => {
  it('is asked for the whole URL of http:, and given its password', async () => {
    assert.equal(await send(`{ proxy_url: 'http://us%20er:pass@${proxy.address}' }`), '200 ok');
    assert.equal(proxy.asked[0]!.line, `POST ${provider.url}/hook`);
    assert.equal(
      proxy.asked[0]!.headers['proxy-authorization'],
      `Basic ${Buffer.from('us er:pass').toString('base64')}`,
    );
    assert.equal(provider.requests.length, 1);
  });

  it('opens a tunnel for https:, with the headers it wants, and is used again', async () => {
    const config = `{ proxy_url: 'http://u:p@${proxy.address}', proxy_connect_header: { X-Team: [a, b] }, ${TLS} }`;
    const [integration] = await folder.load(entry(config, `https://127.0.0.1:${securePort}/x`));
    assert.equal(await sendWith(integration!, sampleNotification()), '200 secure');
    assert.equal(await sendWith(integration!, sampleNotification()), '200 secure');
    assert.deepEqual(
      proxy.asked.map(({ line }) => line),
      [`CONNECT 127.0.0.1:${securePort}`],
    );
    assert.equal(proxy.asked[0]!.headers['x-team'], 'a, b');
    assert.match(String(proxy.asked[0]!.headers['proxy-authorization']), /^Basic /);
    await assert.rejects(
      send(`{ proxy_url: 'http://${proxy.address}' }`, `https://127.0.0.1:${securePort}/x`),
      /self-signed certificate/,
    );
  });

  it('may be a SOCKS 5 proxy, which resolves the name', async () => {
    const url = `http://receiver.invalid:${new URL(provider.url).port}/hook`;
    assert.equal(await send(`{ proxy_url: 'socks5://${socks.address}' }`, url), '200 ok');
    assert.equal(socks.asked[0]!.line, `SOCKS receiver.invalid:${new URL(provider.url).port}`);
    assert.equal(
      await send(`{ proxy_url: 'socks5h://${socks.address}', ${TLS} }`, `https://127.0.0.1:${securePort}/x`),
      '200 secure',
    );
  });

  it('is left aside for what no_proxy lists', async () => {
    await send(`{ proxy_url: 'http://127.0.0.1:1', no_proxy: '127.0.0.1' }`);
    assert.equal(provider.requests.length, 1);
    const url = `http://receiver.invalid:${new URL(provider.url).port}/hook`;
    await send(`{ proxy_url: 'http://${proxy.address}', no_proxy: other.invalid }`, url);
    assert.equal(proxy.asked.length, 1);
  });

  it('that refuses, is away or hangs is not the provider’s answer: the message is tried again', async () => {
    const url = `https://127.0.0.1:${securePort}/s3cret`;
    const again = (pattern: RegExp) => (error: unknown) => {
      assert.ok(error instanceof SendError && error.retry, String(error));
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /s3cret|hunter2/);
      return true;
    };
    proxy.status = 407;
    await assert.rejects(
      send(`{ proxy_url: 'http://u:hunter2@${proxy.address}' }`, url),
      again(/answered 407 to CONNECT/),
    );
    await assert.rejects(send("{ proxy_url: 'http://u:hunter2@127.0.0.1:1' }", url), again(/ECONNREFUSED/));
    const [integration] = await folder.load(entry(`{ proxy_url: '${provider.url}' }`, url));
    provider.answer = () => undefined;
    await assert.rejects(
      integration!.send(integration!.render(sampleNotification()), MESSAGE_KEY, AbortSignal.timeout(50)),
      again(/./),
    );
  });

  it('does not open a way to metadata addresses, and is at none itself', async () => {
    const refused = (error: unknown) =>
      error instanceof SendError && !error.retry && /link-local/.test(error.message);
    for (const url of [
      'http://169.254.169.254/x',
      'https://metadata.google.internal/x',
      'http://[fe80::1]/x',
    ])
      await assert.rejects(send(`{ proxy_url: 'http://${proxy.address}' }`, url), refused);
    for (const scheme of ['http', 'socks5'])
      await assert.rejects(send(`{ proxy_url: '${scheme}://169.254.169.254' }`), refused);
    assert.deepEqual(proxy.asked, []);
    const allowed = `{ proxy_url: 'http://${proxy.address}', allow_link_local: true }`;
    await assert.rejects(send(allowed, 'http://169.254.169.254:1/x'), /502/);
  });
});

describe('follow_redirects', () => {
  const to = (status: number, path: string) => {
    provider.answer = (response, request) => {
      if (request.url === '/hook') response.writeHead(status, { location: path }).end();
      else usual(response, request);
    };
  };

  it('sends the message again where 307 and 308 lead', async () => {
    for (const status of [307, 308]) {
      to(status, '/next');
      assert.equal(await send('{ basic_auth: { username: u, password: p } }'), '200 ok');
      const [first, second] = provider.requests.splice(0);
      assert.deepEqual([second!.method, second!.url, second!.body], ['POST', '/next', first!.body]);
      assert.equal(second!.headers.authorization, first!.headers.authorization);
    }
  });

  it('does not follow what would lose the message, nor when told not to', async () => {
    for (const status of [301, 302, 303]) {
      to(status, '/next');
      await assert.rejects(send('{}'), new RegExp(String(status)));
    }
    to(307, '/next');
    await assert.rejects(send('{ follow_redirects: false }'), /307/);
    assert.equal(provider.requests.length, 4);
  });

  it('gives no password to another host, nor the message to a metadata address, and ends', async () => {
    const { port } = new URL(provider.url);
    to(308, `http://localhost:${port}/next`);
    await send('{ bearer_token: t, http_headers: { X-Key: { secrets: [k] } } }');
    const elsewhere = provider.requests.at(-1)!;
    assert.equal(elsewhere.headers.host, `localhost:${port}`);
    assert.deepEqual([elsewhere.headers.authorization, elsewhere.headers['x-key']], [undefined, undefined]);
    to(308, 'http://169.254.169.254/latest');
    await assert.rejects(send('{}'), (error) => error instanceof SendError && !error.retry);
    provider.answer = (response, request) => void response.writeHead(308, { location: request.url! }).end();
    await assert.rejects(send('{}'), /308/);
    to(308, 'file:///etc/passwd');
    await assert.rejects(send('{}'), /308/);
  });
});

describe('oauth2', () => {
  const config = (more = '') =>
    `{ oauth2: { client_id: 'i d', client_secret_file: secret, token_url: '${provider.url}/token', scopes: [a, b], endpoint_params: { audience: x }${more} } }`;
  let given = 0;
  const asked = () => provider.requests.filter(({ url }) => url === '/token');
  const hooks = () => provider.requests.filter(({ url }) => url === '/hook');
  const answer = (
    token: () => { readonly status: number; readonly type?: string; readonly body: string },
  ) => {
    given = 0;
    provider.answer = (response, request) => {
      if (request.url !== '/token') return usual(response, request);
      given++;
      const { status, type = 'application/json', body } = token();
      response.writeHead(status, { 'content-type': type }).end(body);
    };
  };
  const json = (expires: unknown) => ({
    status: 200,
    body: JSON.stringify({ access_token: `t${given}`, token_type: 'bearer', expires_in: expires }),
  });
  const twice = async (text = config()) => {
    const [integration] = await folder.load(entry(text));
    await sendWith(integration!, sampleNotification());
    await sendWith(integration!, sampleNotification());
    return hooks().map(({ headers }) => headers.authorization);
  };
  beforeEach(() => folder.write('secret', 's&c\n'));

  it('asks for a token by client credentials and keeps it', async () => {
    answer(() => json(3_600));
    assert.deepEqual(await twice(), ['Bearer t1', 'Bearer t1']);
    const [request] = asked();
    assert.equal(request!.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(request!.headers.authorization, `Basic ${Buffer.from('i+d:s%26c').toString('base64')}`);
    assert.equal(request!.body, 'grant_type=client_credentials&scope=a+b&audience=x');
  });

  it('asks anew when the token is about to expire, is taken back, or the secret changes', async () => {
    answer(() => json('9'));
    assert.deepEqual(await twice(), ['Bearer t1', 'Bearer t2']);
    provider.requests.length = 0;
    answer(() => json(undefined));
    const previous = provider.answer;
    provider.answer = (response, request) => {
      if (request.headers.authorization === 'Bearer t1') response.writeHead(401).end('expired');
      else previous(response, request);
    };
    const [integration] = await folder.load(entry(config()));
    await sendWith(integration!, sampleNotification());
    assert.deepEqual(
      hooks().map(({ headers }) => headers.authorization),
      ['Bearer t1', 'Bearer t2'],
    );
    folder.write('secret', 'other');
    await sendWith(integration!, sampleNotification());
    assert.equal(hooks().at(-1)!.headers.authorization, 'Bearer t3');
  });

  it('gives name and secret in the body where the header is refused, and remembers it', async () => {
    answer(() => json(1));
    const previous = provider.answer;
    provider.answer = (response, request) => {
      if (request.url === '/token' && request.headers.authorization) response.writeHead(401).end('{}');
      else previous(response, request);
    };
    await twice();
    assert.equal(asked().length, 3);
    assert.match(asked()[1]!.body, /&client_id=i\+d&client_secret=s%26c$/);
  });

  it('reads the answers of old servers', async () => {
    answer(() => ({ status: 200, type: 'text/plain; charset=utf-8', body: 'access_token=q&expires_in=60' }));
    assert.deepEqual(await twice(), ['Bearer q', 'Bearer q']);
  });

  it('says why there is no token, without what is secret, and tries again', async () => {
    for (const [status, body, pattern] of [
      [400, '{"error":"invalid_client","error_description":"who?"}', /no token: 400 invalid_client: who\?/],
      [500, '<p>s&c</p>', /no token: 500$/],
      [200, '{}', /no access_token/],
      [200, 'nonsense', /no JSON object/],
      [200, '{"access_token":"a\\r\\nX: y"}', /no access_token/],
    ] as const) {
      answer(() => ({ status, body }));
      await assert.rejects(send(config()), (error) => {
        assert.ok(error instanceof SendError && error.retry);
        assert.match(error.message, pattern);
        assert.doesNotMatch(error.message, /s&c/);
        return true;
      });
    }
    assert.equal(hooks().length, 0);
  });

  it('asks for one token however many messages wait for it', async () => {
    answer(() => json(3_600));
    const [integration] = await folder.load(entry(config()));
    await Promise.all([1, 2, 3].map(() => sendWith(integration!, sampleNotification())));
    assert.deepEqual([asked().length, hooks().length], [1, 3]);
  });

  it('or asks with a signed statement, whose claims are those of Alertmanager', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    folder.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    answer(() => json(3_600));
    const signed = (more: string) =>
      `{ oauth2: { client_id: cid, token_url: '${provider.url}/token', grant_type: '${JWT_BEARER}', client_certificate_key_file: key.pem${more} } }`;
    assert.deepEqual(await twice(signed('')), ['Bearer t1', 'Bearer t1']);
    const statement = () => {
      const { headers, body } = asked().at(-1)!;
      assert.equal(headers.authorization, undefined);
      const form = Object.fromEntries(new URLSearchParams(body));
      const [head = '', claims = '', signature = ''] = form['assertion']!.split('.');
      const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
      return { form, head: read(head), claims: read(claims), content: `${head}.${claims}`, signature };
    };
    const plain = statement();
    assert.equal(plain.form['grant_type'], JWT_BEARER);
    assert.deepEqual(plain.head, { alg: 'RS256', typ: 'JWT' });
    const { iat, exp, jti, ...rest } = plain.claims;
    assert.deepEqual(rest, { iss: 'cid', sub: 'cid', aud: `${provider.url}/token` });
    assert.equal(exp - iat, 600);
    assert.match(jti, /^[\da-f]{32}$/);
    await twice(
      signed(
        ', iss: me, audience: aud, scopes: [a, b], claims: { x: 1, y: [z], sub: other }, client_certificate_key_id: kid1, endpoint_params: { p: q }, signature_algorithm: RS512',
      ),
    );
    const full = statement();
    assert.deepEqual(full.head, { alg: 'RS512', typ: 'JWT', kid: 'kid1' });
    assert.deepEqual([full.form['scope'], full.form['p']], ['a b', 'q']);
    const { iss, sub, aud, scope, x, y } = full.claims;
    assert.deepEqual(
      { iss, sub, aud, scope, x, y },
      { iss: 'me', sub: 'other', aud: 'aud', scope: 'a b', x: 1, y: ['z'] },
    );
    const signature = Buffer.from(full.signature, 'base64url');
    assert.ok(verify('RSA-SHA512', Buffer.from(full.content), publicKey, signature));
    folder.write('key.pem', 'no key');
    await assert.rejects(send(signed('')), /client_certificate_key is no RSA key/);
  });

  it('has a proxy of its own, and no way to metadata addresses', async () => {
    answer(() => json(3_600));
    await twice(config(`, proxy_url: 'http://${proxy.address}'`));
    assert.equal(proxy.asked[0]!.line, `POST ${provider.url}/token`);
    await assert.rejects(
      send("{ oauth2: { client_id: i, token_url: 'http://169.254.169.254/token' } }"),
      /link-local/,
    );
  });
});

describe('an http_config is refused as by Alertmanager', () => {
  for (const [config, message] of [
    ['{ basic_auth: { username: a }, bearer_token: x }', 'set one of basic_auth and bearer_token'],
    [
      '{ basic_auth: { username: a }, authorization: { credentials: x } }',
      'set one of basic_auth and authorization',
    ],
    ['{ bearer_token: x, bearer_token_file: y }', 'set one of bearer_token and bearer_token_file'],
    ['{ basic_auth: { username: a, username_file: b } }', 'set one of username'],
    ['{ basic_auth: { password: a, password_file: b } }', 'set one of password'],
    ['{ authorization: { credentials: a, credentials_file: b } }', 'set one of credentials'],
    ["{ authorization: { type: ' BASIC ' } }", 'use basic_auth'],
    ["{ oauth2: { token_url: 'http://x' } }", 'client_id is missing'],
    ['{ oauth2: { client_id: x } }', 'token_url is missing'],
    [
      "{ oauth2: { client_id: x, token_url: 'http://x', client_secret: a, client_secret_file: b } }",
      'set one of',
    ],
    [
      "{ oauth2: { client_id: x, token_url: 'http://x' }, basic_auth: {} }",
      'set one of basic_auth and oauth2',
    ],
    [
      "{ oauth2: { client_id: x, token_url: 'http://x', signature_algorithm: ES256 } }",
      'must be RS256, RS384 or RS512',
    ],
    ['{ proxy_connect_header: { A: [b] } }', 'needs proxy_url'],
    ["{ proxy_url: 'http://p', proxy_connect_header: { A: b } }", 'proxy_connect_header'],
    ['{ proxy_url: \'http://p\', proxy_connect_header: { A: ["b\\r\\nc"] } }', 'character'],
    ["{ proxy_from_environment: true, proxy_url: 'http://p' }", 'set one of proxy_url'],
    ['{ proxy_from_environment: true, no_proxy: x }', 'no_proxy goes with proxy_url'],
    ['{ no_proxy: x }', 'no_proxy needs proxy_url'],
    ["{ proxy_url: 'ftp://p' }", 'must begin with http'],
    ['{ http_headers: { content-type: { values: [a] } } }', 'may not set content-type'],
    ["{ http_headers: { 'a b': { values: [a] } } }", 'not the name of a header'],
  ] as const) {
    it(config, () =>
      assert.rejects(folder.load(entry(config)), (error) => {
        assert.match(String(error), /:5: /);
        assert.ok(String(error).includes(message), String(error));
        return true;
      }),
    );
  }

  for (const config of [
    '{ authorization: {} }',
    "{ proxy_url: '', no_proxy: x }",
    "{ oauth2: { client_id: x, token_url: 'http://x' }, enable_http2: false, follow_redirects: true }",
  ]) {
    it(`but not ${config}`, async () => assert.equal((await folder.load(entry(config))).length, 1));
  }
});
