import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { aggregatorLimits } from './limits.ts';
import { listenOverride, loadConfig } from './load-config.ts';
import { readSenders } from './senders.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string, name = 'tocsin.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function load(options: Record<string, string>, environment: Record<string, string> = {}) {
  return loadConfig({ option: (name) => options[name], environment });
}

describe('loading the configuration', () => {
  it('has a default for everything', () => {
    const config = load({ config: file('') });
    assert.equal(config.values.listen.aggregator, '127.0.0.1:9701');
    assert.equal(config.values.listen.otlp, '127.0.0.1:4318');
    assert.deepEqual(config.values.rules, ['pack:host', 'pack:tocsin']);
    assert.equal(config.dataDir, join(folder, 'data'));
    assert.equal(config.token, null);
  });

  it('lets flags beat environment, environment the file, the file the defaults', () => {
    const config = file('data_dir: from-file\n');
    assert.equal(load({ config }).dataDir, join(folder, 'from-file'));
    assert.equal(load({ config }, { TOCSIN_DATA_DIR: '/env' }).dataDir, '/env');
    assert.equal(load({ config, 'data-dir': '/flag' }, { TOCSIN_DATA_DIR: '/env' }).dataDir, '/flag');
    assert.equal(load({}, { TOCSIN_CONFIG: config }).dataDir, join(folder, 'from-file'));
    const listen = (options: Record<string, string>, environment: Record<string, string>) =>
      listenOverride({ option: (name) => options[name], environment })?.port;
    assert.equal(listen({ listen: '127.0.0.1:1' }, { TOCSIN_LISTEN: '127.0.0.1:2' }), 1);
    assert.equal(listen({}, { TOCSIN_LISTEN: '[::1]:2' }), 2);
    assert.equal(listen({}, {}), undefined);
    assert.throws(() => listen({ listen: '9701' }, {}), /--listen: "9701" is not HOST:PORT/);
  });

  it('names file and line of what is wrong, and what to do', () => {
    const cases: readonly (readonly [text: string, message: RegExp])[] = [
      [
        'listen:\n  agregator: 127.0.0.1:1\n',
        /tocsin\.yaml:2: unknown key "agregator" in listen; did you mean "aggregator"\?/,
      ],
      ['listen: { otlp: 4318 }\n', /tocsin\.yaml:1: listen\.otlp: expected HOST:PORT/],
      [
        '\nretention:\n  - match: "{}"\n    keep: { raw: 15 days }\n',
        /tocsin\.yaml:4: retention\[0\]\.keep\.raw: expected a duration/,
      ],
      ['external_url: nowhere\n', /tocsin\.yaml:1: external_url: invalid URL/],
      ['rules: pack:host\n', /tocsin\.yaml:1: rules: expected array/],
      ['evaluation_interval: 0s\n', /tocsin\.yaml:1: evaluation_interval: expected more than 0/],
      [
        'listen:\n  dashboard: 127.0.0.1:1\n  agent: 0.0.0.0:9703\n',
        /tocsin\.yaml:3: listen\.agent: 0\.0\.0\.0:9703 is open to other machines.*auth\.token_file/,
      ],
      ['a: [\n', /tocsin\.yaml:\d: Cannot read YAML/],
      ['cluster: { nats: [ "nats://127.0.0.1:4222" ] }\n', /clusters are not supported yet/],
      [
        'limits:\n  series: 10\n  request_size: 32 megs\n',
        /tocsin\.yaml:3: limits\.request_size: expected a size such as 32MiB/,
      ],
      ['limits: { series: 0 }\n', /tocsin\.yaml:1: limits\.series: /],
      [
        'auth:\n  senders:\n    - { name: "a b", token_file: t }\n',
        /tocsin\.yaml:3: auth\.senders\[0\]\.name: expected letters/,
      ],
      ['auth: { token_file: missing }\n', /missing: cannot be read \(ENOENT\); auth\.token_file needs/],
    ];
    for (const [text, message] of cases) assert.throws(() => load({ config: file(text) }), message);
    assert.throws(
      () => load({ config: join(folder, 'none.yaml') }),
      /none\.yaml: cannot be read \(ENOENT\); correct --config/,
    );
  });

  it('has limits, and senders that may have limits of their own', () => {
    file('0123456789abcdef', 'shop.token');
    const { values } = load({
      config: file(
        'limits: { series: 500, request_size: 2MiB }\n' +
          'auth: { senders: [{ name: shop, token_file: shop.token, series: 7 }] }\n',
      ),
    });
    const { seriesMax, requestBytesMax, uncompressedBytesMax, seriesOfSenderMax } = aggregatorLimits(
      values.limits,
      values.auth.senders,
    );
    assert.deepEqual([seriesMax, requestBytesMax, uncompressedBytesMax], [500, 2 ** 21, 128 * 2 ** 20]);
    assert.deepEqual(seriesOfSenderMax, { shop: 7 });
  });

  it('refuses senders that could not be told apart', () => {
    file('0123456789abcdef', 'shop.token');
    file('fedcba9876543210', 'token');
    const senders = (text: string) => () =>
      readSenders(load({ config: file(`auth:\n  token_file: token\n  senders:\n${text}`) }));
    assert.deepEqual(senders('    - { name: shop, token_file: shop.token }\n')(), [
      { name: 'shop', token: '0123456789abcdef' },
    ]);
    assert.throws(
      senders('    - { name: a, token_file: shop.token }\n    - { name: b, token_file: shop.token }\n'),
      /tocsin\.yaml:5: auth\.senders\[1\]\.token_file: the same token as that of auth\.senders\[0\]/,
    );
    assert.throws(
      senders('    - { name: a, token_file: token }\n'),
      /the same token as that of auth\.token_file/,
    );
    assert.throws(
      senders('    - { name: a, token_file: shop.token }\n    - { name: a, token_file: none }\n'),
      /tocsin\.yaml:5: auth\.senders\[1\]\.name: there are two senders "a"/,
    );
    assert.throws(
      senders('    - { name: a, token_file: none }\n'),
      /none: cannot be read \(ENOENT\); auth\.senders\[0\]\.token_file needs a file holding the token/,
    );
  });

  it('reads the token beside the file', () => {
    file('  0123456789abcdef\n', 'token');
    assert.equal(load({ config: file('auth: { token_file: token }') }).token, '0123456789abcdef');
    file('short', 'token');
    assert.throws(() => load({ config: file('auth: { token_file: token }') }), /at least 16 characters/);
  });
});
