import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { listenOverride, loadConfig } from './load-config.ts';

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
      ['auth: { token_file: missing }\n', /missing: cannot be read \(ENOENT\); auth\.token_file needs/],
    ];
    for (const [text, message] of cases) assert.throws(() => load({ config: file(text) }), message);
    assert.throws(
      () => load({ config: join(folder, 'none.yaml') }),
      /none\.yaml: cannot be read \(ENOENT\); correct --config/,
    );
  });

  it('reads the token beside the file', () => {
    file('  0123456789abcdef\n', 'token');
    assert.equal(load({ config: file('auth: { token_file: token }') }).token, '0123456789abcdef');
    file('short', 'token');
    assert.throws(() => load({ config: file('auth: { token_file: token }') }), /at least 16 characters/);
  });
});
