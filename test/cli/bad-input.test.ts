import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../cli/tocsin.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tocsin-bad-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function tocsin(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const GOOD_RULES = 'groups:\n  - name: g\n    rules:\n      - alert: Down\n        expr: up == 0\n';

describe('what people write wrongly', () => {
  it('is refused by check with file, line, what and what to do', () => {
    const cases: readonly (readonly [name: string, text: string, complaint: RegExp])[] = [
      ['key.yaml', 'data_dri: x\n', /^key\.yaml:1: unknown key "data_dri"; did you mean "data_dir"\?\n$/],
      ['type.yaml', 'data_dir: x\nlisten: 9700\n', /^type\.yaml:2: listen: expected object.*\n$/],
      ['broken.yaml', 'data_dir: "x\n', /^broken\.yaml:\d: Cannot read YAML: .*\n$/],
      [
        'scrape.yaml',
        'scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ["x:1"]\n    scrape_intervall: 5s\n',
        /^scrape\.yaml:5: unknown key "scrape_intervall" in scrape_configs\[0\]; did you mean "scrape_interval"\?\n$/,
      ],
      [
        'keep.yaml',
        'retention:\n  - match: "{a=b}"\n    keep: { raw: 1d }\n',
        /^keep\.yaml:2: retention\[0\]\.match: .*\n$/,
      ],
      [
        'schedule.yaml',
        'data_dir: x\nretention_schedule: hourly\n',
        /^schedule\.yaml:2: retention_schedule: "hourly" is not a cron expression, such as "17 \* \* \* \*"\n$/,
      ],
      [
        'rule.yml',
        'groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: sum(rate(x[5m])\n',
        /^rule\.yml:5: .*expected.*\n$/,
      ],
      [
        'field.yml',
        'groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: up\n        fro: 5m\n',
        /^field\.yml:6: .*"fro".*\n$/,
      ],
      [
        'template.yml',
        'groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: up\n        annotations:\n          summary: "{{ $labels.x"\n',
        /^template\.yml:7: .*\n$/,
      ],
      [
        'route.yml',
        'route:\n  receiver: nobody\nreceivers:\n  - name: ops\n',
        /^route\.yml:2: .*nobody.*\n$/,
      ],
      [
        'receiver.yml',
        'route:\n  receiver: ops\nreceivers:\n  - name: ops\n    email_confgs: []\n',
        /^receiver\.yml:5: unknown key "email_confgs".*did you mean "email_configs"\?\n$/,
      ],
    ];
    for (const [name, text, complaint] of cases) {
      write(name, text);
      const { status, stdout, stderr } = tocsin('check', name);
      assert.match(stderr, complaint, name);
      assert.deepEqual([status, stdout], [2, ''], name);
    }
  });

  it('is all reported when several files are checked, the good ones too', () => {
    write('good.yml', GOOD_RULES);
    write('bad.yml', 'groups: 7\n');
    const { status, stdout, stderr } = tocsin('check', 'bad.yml', 'good.yml');
    assert.equal(status, 2);
    assert.match(stderr, /^bad\.yml:1: /);
    assert.equal(stdout, 'good.yml: valid, 1 rule in 1 group\n');
  });

  it('keeps everything from starting, and nothing is touched', () => {
    const before = () => readdirSync(folder).sort();
    const starts: readonly (readonly [text: string, complaint: RegExp])[] = [
      [
        'listen: { dashboard: here }\n',
        /^tocsin: tocsin\.yaml:1: listen\.dashboard: expected HOST:PORT.*\n$/,
      ],
      ['rules: [bad.yml]\n', /^tocsin: .*bad\.yml:1: .*\n$/],
      ['rules: [none-here.yml]\n', /^tocsin: .*none-here\.yml.*\n$/],
      ['rules: ["pack:hots"]\n', /^tocsin: .*pack:hots.*\n$/],
      ['routing: none-here.yml\n', /^tocsin: tocsin\.yaml:1: routing: none-here\.yml does not exist\n$/],
    ];
    for (const [text, complaint] of starts) {
      write('tocsin.yaml', text);
      const there = before();
      const { status, stderr } = tocsin('up');
      assert.match(stderr, complaint);
      assert.equal(status, 2);
      assert.deepEqual(before(), there);
    }
    rmSync(join(folder, 'tocsin.yaml'));
  });
});
