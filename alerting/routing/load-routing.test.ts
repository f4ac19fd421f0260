import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import fc from 'fast-check';
import { loadRouting } from './load-routing.ts';
import { matchRoutes } from './route.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-routing-'));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'bad.tmpl'), '{{ define "x" }}\n{{ nope }}{{ end }}');
writeFileSync(join(folder, 'good.tmpl'), '{{ define "x" }}{{ .Status }}{{ end }}');

const GOOD = `global:
  smtp_smarthost: localhost:25
  smtp_from: a@example.org
  smtp_auth_password: hunter2
  resolve_timeout: 10m
route:
  receiver: all
  group_by: [alertname, cluster]
  group_wait: 15s
  routes:
    - matchers: [severity="page", 'team=~"a|b"']
      receiver: pager
      group_by: ['...']
      continue: true
      mute_time_intervals: [nights]
      routes:
        - match: { team: a }
          group_interval: 2m
    - match_re: { severity: page|ticket }
      receiver: tickets
receivers:
  - name: all
    email_configs: [{ to: ops@example.org, send_resolved: true }]
  - name: pager
    webhook_configs: [{ url: 'http://pager/secret' }]
  - name: tickets
inhibit_rules:
  - source_matchers: [severity="page"]
    target_match: { severity: ticket }
    equal: [alertname]
templates: ['*od.tmpl']
time_intervals:
  - name: nights
    time_intervals:
      - times: [{ start_time: '22:00', end_time: '24:00' }, { start_time: '00:00', end_time: '06:00' }]
        weekdays: ['monday:friday']
        location: Europe/Berlin
`;

async function load(text: string) {
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, text);
  return await loadRouting(systemDisk, file);
}

async function complaint(text: string): Promise<string> {
  try {
    await load(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error instanceof Error ? error.stack : error));
    return error.message.replace(`${folder}/`, '');
  }
  return 'accepted';
}

const changed = (from: string | RegExp, to: string) => {
  const text = GOOD.replace(from, to);
  assert.notEqual(text, GOOD);
  return complaint(text);
};

describe('loading the routing file', () => {
  it('reads it, with inheritance and defaults', async () => {
    const routing = await load(GOOD);
    assert.equal(routing.resolveTimeoutMs, 600_000);
    const [pager, tickets] = routing.route.routes;
    assert.equal(pager!.key, '{}/{severity="page",team=~"a|b"}');
    assert.equal(pager!.groupBy, 'all');
    const [teamA] = pager!.routes;
    assert.deepEqual(
      [teamA!.receiver, teamA!.groupWaitMs, teamA!.groupIntervalMs, teamA!.repeatIntervalMs],
      ['pager', 15_000, 120_000, 14_400_000],
    );
    assert.deepEqual(teamA!.muteTimeIntervals, [], 'time intervals are not inherited');
    assert.deepEqual([...(tickets!.groupBy as ReadonlySet<string>)], ['alertname', 'cluster']);
    const [email] = routing.receivers.get('all')!.integrations;
    assert.ok(
      email?.kind === 'email' && email.sendResolved && email.smarthost?.port === 25 && email.requireTls,
    );
    assert.ok(routing.templates.has('x') && routing.templates.has('__subject'));
  });

  it('hides secrets when it is shown', async () => {
    const { shown } = await load(GOOD);
    assert.ok(!shown.includes('hunter2') && shown.includes('smtp_auth_password: <secret>'));
    assert.ok(!shown.includes('pager/secret'), shown);
  });

  it('routes depth first, and on where continue says so', async () => {
    const { route } = await load(GOOD);
    const receivers = (labels: Record<string, string>) =>
      matchRoutes(route, labelsFromObject(labels)).map((each) => each.id);
    assert.deepEqual(receivers({ severity: 'page', team: 'a' }), [
      '{}/{severity="page",team=~"a|b"}/0/{team="a"}/0',
      '{}/{severity=~"page|ticket"}/1',
    ]);
    assert.deepEqual(receivers({ severity: 'ticket' }), ['{}/{severity=~"page|ticket"}/1']);
    assert.deepEqual(receivers({ severity: 'info' }), ['{}']);
  });

  const refusals: readonly (readonly [name: string, from: string | RegExp, to: string, message: RegExp])[] = [
    [
      'an unknown key',
      'group_wait:',
      'group_weit:',
      /^alertmanager\.yml:9: unknown key "group_weit" in route; did you mean "group_wait"\?/,
    ],
    [
      'an unknown key of a route below',
      'continue:',
      'contineu:',
      /^alertmanager\.yml:14: unknown key "contineu"/,
    ],
    ['a bad duration', 'group_wait: 15s', 'group_wait: soon', /^alertmanager\.yml:9: .*bad duration "soon"/],
    [
      'an unknown receiver',
      'receiver: tickets',
      'receiver: nobody',
      /^alertmanager\.yml:20: receiver "nobody" is not defined; add it/,
    ],
    ['no root receiver', '  receiver: all\n', '', /^alertmanager\.yml:7: the root route needs a receiver/],
    [
      'a receiver twice',
      '- name: tickets',
      '- name: pager',
      /^alertmanager\.yml:26: receiver "pager" is there twice/,
    ],
    ['a receiver without a name', '- name: tickets', "- name: ''", /: a receiver needs a name/],
    [
      'a secret and its file',
      'smtp_auth_password: ',
      'smtp_auth_password_file: secret\n  smtp_auth_password: ',
      /: set one of smtp_auth_password and smtp_auth_password_file/,
    ],
    [
      'an unknown time interval',
      '[nights]',
      '[days]',
      /^alertmanager\.yml:15: time interval "days" is not defined/,
    ],
    [
      'a bad matcher',
      'severity="page", ',
      'severity, ',
      /^alertmanager\.yml:11: bad matcher: .*write a matcher as/,
    ],
    ['a bad expression', 'page|ticket', '"("', /^alertmanager\.yml:1[89]: bad matcher: /],
    [
      'an integration that does not exist',
      "webhook_configs: [{ url: 'http://pager/secret' }]",
      'pigeon_configs: [{ loft: x }]',
      /^alertmanager\.yml:2[45]: .*pigeon_configs/,
    ],
    [
      'a webhook without a URL',
      "url: 'http://pager/secret'",
      'max_alerts: 1',
      /^alertmanager\.yml:25: .*set one of url and url_file/,
    ],
    ['a strange URL', 'http://pager', 'ftp://pager', /^alertmanager\.yml:25: .*must begin with http/],
    ['a mail without a sender', '  smtp_from: a@example.org\n', '', /the mail has no sender; set from/],
    ['a bad smarthost', 'localhost:25', 'localhost', /^alertmanager\.yml:2: .*write it as host:port/],
    ['a bad time', "'22:00'", "'25:00'", /^alertmanager\.yml:35: .*"25:00" is not a time of day/],
    ['a range over midnight', "end_time: '24:00'", "end_time: '06:00'", /split a range over midnight in two/],
    ['a bad weekday', 'monday:friday', 'moonday', /^alertmanager\.yml:36: .*"moonday" is not a weekday/],
    ['an unknown zone', 'Europe/Berlin', 'Europe/Nowhere', /^alertmanager\.yml:37: .*unknown time zone/],
    [
      'a zero group_interval',
      'group_interval: 2m',
      'group_interval: 0s',
      /^alertmanager\.yml:18: group_interval may not be 0/,
    ],
    ['a nameless group label', "['...']", "['']", /group_by names a label without a name/],
    [
      'continue at the root',
      'group_wait:',
      'continue: true\n  group_wait:',
      /^alertmanager\.yml:9: nothing comes after/,
    ],
    ['a broken glob', "'*od.tmpl'", "'*[.tmpl'", /bad pattern "\*\[\.tmpl"; close its brackets/],
    ["'...' with others", "['...']", "['...', a]", /'\.\.\.' stands for all labels/],
    ['a broken template', "'*od.tmpl'", 'bad.tmpl', /^bad\.tmpl:2: .*function "nope" not defined/],
    [
      'a missing template',
      "'*od.tmpl'",
      'none.tmpl',
      /^alertmanager\.yml:31: template .*cannot be read \(ENOENT\)/,
    ],
    ['broken YAML', 'receivers:', 'receivers: [', /^alertmanager\.yml:\d+: Cannot read YAML/],
  ];
  for (const [name, from, to, message] of refusals) {
    it(`refuses ${name}`, async () => assert.match(await changed(from, to), message));
  }

  it('answers any damage with a ConfigError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(GOOD.length), fc.nat(30), fc.string({ maxLength: 5 }), async (at, cut, put) => {
        await complaint(GOOD.slice(0, at) + put + GOOD.slice(at + cut));
      }),
      { numRuns: 300 },
    );
  });
});
