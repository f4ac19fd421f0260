import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkFile } from './check-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-check-'));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'dashboards'));

async function check(name: string): Promise<string> {
  const { error, summary } = await checkFile(join(folder, name));
  return (error ? error.message : summary).replaceAll(`${folder}/`, '');
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const ROUTING = `route: { receiver: ops }
receivers:
  - name: ops
    email_configs:
      - to: a@example.org
        smarthost: 'mail.example.org:25'
        from: b@example.org
        auth_username: u
        auth_password_file: secret
    webhook_configs:
      - url: http://x/
        http_config: { tls_config: { ca_file: ca.pem } }
`;

describe('tocsin check', () => {
  it('checks tocsin.yaml with every file it names', async () => {
    write('alertmanager.yml', ROUTING);
    write('tocsin.yaml', 'rules: [r.yml]\nreports:\n  - every: day\n    receiver: nobody\n');
    assert.match(await check('tocsin.yaml'), /^r\.yml: cannot be read \(ENOENT\)/);
    write('r.yml', 'groups: [{ name: g, rules: [{ alert: A, expr: up == 0 }] }]');
    assert.match(
      await check('tocsin.yaml'),
      /^tocsin\.yaml:4: reports\[0\]\.receiver: nobody has no email_configs; those that have are ops/,
    );
    write(
      'tocsin.yaml',
      `rules: [r.yml]
reports:
  - every: day
    receiver: ops
    graphs:
      - { title: x, expr: 'sum(' }
`,
    );
    assert.match(await check('tocsin.yaml'), /^tocsin\.yaml:6: reports\[0\]\.graphs\[0\]\.expr: /);
    write('tocsin.yaml', 'rules: [r.yml]\nreports: [{ every: day, receiver: ops, at: 8 }]\n');
    assert.match(await check('tocsin.yaml'), /^tocsin\.yaml:2: reports\[0\]\.at/);
    write('tocsin.yaml', 'rules: [r.yml]\nreports: [{ every: day, receiver: ops, time_zone: Mars }]\n');
    assert.match(await check('tocsin.yaml'), /time zone such as Europe\/Berlin/);
    write('tocsin.yaml', 'rules: [r.yml]\nreports: [{ every: day, receiver: ops }]\n');
    assert.match(await check('tocsin.yaml'), /^alertmanager\.yml:9: secret does not exist/);
    write('secret', 'x');
    assert.match(await check('tocsin.yaml'), /^alertmanager\.yml:12: ca\.pem does not exist/);
    write('ca.pem', 'x');
    write('dashboards/a.yml', 'panels: 1\n');
    assert.match(await check('tocsin.yaml'), /^dashboards\/a\.yml:1: /);
    rmSync(join(folder, 'dashboards/a.yml'));
    assert.equal(await check('tocsin.yaml'), 'valid configuration');
    assert.equal(await check('alertmanager.yml'), 'valid routing');
  });

  it('checks tests of rules', async () => {
    write('t.yml', 'rule_files: [r.yml]\ntests:\n  - interval: 1m\n');
    assert.equal(await check('t.yml'), 'valid, 1 test of rules');
    write('t.yml', 'rule_files: [r.yml]\ntests:\n  - interval: soon\n');
    assert.match(await check('t.yml'), /^t\.yml:3: /);
  });
});
