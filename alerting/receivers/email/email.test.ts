import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import type { SMTPServerOptions } from 'smtp-server';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { MESSAGE_KEY } from '../../testing/provider.case.ts';
import { DEFAULT_TEMPLATES } from '../default-templates.ts';
import { SendError } from '../integration.ts';
import type { Notification } from '../notification.ts';
import { createEmail } from './email.ts';
import type { EmailSource, SmtpDefaults } from './email-schema.ts';
import { loadEmail } from './load-email.ts';

const NOTIFICATION: Notification = {
  receiver: 'ops',
  groupKey: '{}:{alertname="Down"}',
  groupLabels: labelsFromObject({ alertname: 'Down' }),
  status: 'firing',
  externalUrl: 'http://tocsin.test',
  timeMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  reason: 'first notification',
  alerts: [
    {
      status: 'firing',
      labels: labelsFromObject({ alertname: 'Down', instance: '<b>é\r\nBcc: x@y', severity: 'page' }),
      annotations: labelsFromObject({
        summary: 'it is <down>',
        description: 'look at it',
        runbook_url: 'http://tocsin.test/run?a=1&b=2',
      }),
      startsAtMs: Date.UTC(2026, 0, 2, 3),
      endsAtMs: null,
      generatorUrl: 'http://tocsin.test/graph?g0.expr=up+%3D%3D+0&g0.tab=0',
      fingerprint: 'abc',
      value: 0.25,
    },
  ],
};

const servers: MailServer[] = [];
after(() => Promise.all(servers.map((server) => server.stop())));

async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  servers.push(server);
  return server;
}

function email(server: MailServer, source: Partial<EmailSource> = {}, global: SmtpDefaults = {}) {
  const config = loadEmail(
    { to: 'ops@example.org', require_tls: false, ...source },
    { smtp_smarthost: `127.0.0.1:${server.port}`, smtp_from: 'tocsin@example.org', ...global },
    (path) => path,
  );
  return createEmail(config, DEFAULT_TEMPLATES, { disk: systemDisk });
}

const KEY = { ...MESSAGE_KEY, messageId: '1b4e28ba-2fa1-4d2e-883f-0016d3cca427', groupKey: 'g' };
const send = (integration: ReturnType<typeof email>, notification = NOTIFICATION) =>
  integration.send(integration.render(notification), KEY, AbortSignal.timeout(5_000));

describe('e-mail', () => {
  it('arrives with subject, summary, value, labels and links, in text and HTML', async () => {
    const server = await mailServer();
    assert.match(await send(email(server)), /taken|250/);
    const { mail, from, to } = server.mails[0]!;
    assert.deepEqual([from, to], ['tocsin@example.org', ['ops@example.org']]);
    assert.equal(mail.subject, '[FIRING:1] Down (<b>é Bcc: x@y page)');
    assert.equal(mail.messageId, `<${KEY.messageId}@tocsin>`);
    assert.equal(mail.date, '2026-01-02T03:04:05.000Z');
    for (const part of [
      'it is <down>',
      'look at it',
      'value:    0.25',
      'http://tocsin.test/graph?g0.expr=up+%3D%3D+0&g0.tab=0',
      'http://tocsin.test/run?a=1&b=2',
      'http://tocsin.test/?alert=abc',
      'instance=<b>é',
    ]) {
      assert.ok(mail.text?.includes(part), `${part} in the text: ${mail.text}`);
    }
    const html = mail.html ?? '';
    assert.ok(
      html.includes('it is &lt;down&gt;') && !html.includes('<down>') && !html.includes('<b>é'),
      html,
    );
    assert.ok(html.includes('href="http://tocsin.test/run?a=1&amp;b=2"'), html);
    assert.ok(html.includes('<strong>0.25</strong>'));
  });

  it('keeps a label that looks like a header out of the headers', async () => {
    const server = await mailServer();
    await send(email(server, { headers: { 'X-Instance': '{{ (index .Alerts 0).Labels.instance }}' } }));
    const { mail, to } = server.mails[0]!;
    assert.deepEqual(to, ['ops@example.org']);
    assert.equal(mail.bcc, undefined);
    assert.equal(
      mail.headers.find((header) => header.key === 'bcc'),
      undefined,
    );
  });

  it('takes subject, sender, text and further headers from the configuration', async () => {
    const server = await mailServer();
    await send(
      email(server, {
        headers: { Subject: 'S {{ .Status }}', 'X-Team': 'infra', 'Reply-To': 'a@example.org' },
        html: '',
        text: 'only {{ len .Alerts }}',
        from: 'other@example.org',
        to: 'a@example.org, b@example.org',
        threading: { enabled: true },
      }),
    );
    const { mail, to } = server.mails[0]!;
    assert.equal(mail.subject, 'S firing');
    assert.equal(mail.text?.trim(), 'only 1');
    assert.equal(mail.html, undefined);
    assert.equal(mail.from?.address, 'other@example.org');
    assert.deepEqual(to, ['a@example.org', 'b@example.org']);
    assert.equal(mail.headers.find((header) => header.key === 'x-team')?.value, 'infra');
    assert.match(mail.references ?? '', /^<group-[0-9a-f]{32}@tocsin>$/);
  });

  it('encrypts when the server can, and refuses to send in the clear when it must not', async () => {
    const tls = await mailServer();
    await send(email(tls, { require_tls: true, tls_config: { insecure_skip_verify: true } }));
    assert.equal(tls.mails[0]!.secure, true);
    await assert.rejects(send(email(tls, { require_tls: true })), /certificate|self.signed/i);
    const plain = await mailServer({ hideSTARTTLS: true, disabledCommands: ['AUTH', 'STARTTLS'] });
    await send(email(plain, { require_tls: false }));
    assert.equal(plain.mails.length, 1);
    await assert.rejects(
      send(email(plain, { require_tls: true })),
      (error) => error instanceof SendError && error.retry,
    );
    assert.equal(plain.mails.length, 1);
  });

  for (const method of ['PLAIN', 'LOGIN', 'CRAM-MD5'] as const) {
    it(`logs in by ${method}`, async () => {
      const server = await mailServer({
        disabledCommands: [],
        authMethods: [method],
        allowInsecureAuth: true,
        onAuth(auth, _session, done) {
          const validate: unknown = Reflect.get(auth, 'validatePassword');
          const good =
            method === 'CRAM-MD5'
              ? typeof validate === 'function' && validate('s3cret') === true
              : Reflect.get(auth, 'password') === 's3cret';
          if (good && auth.username === 'me') done(null, { user: 'me' });
          else done(new Error('wrong password'));
        },
      });
      const secret = method === 'CRAM-MD5' ? { auth_secret: 's3cret' } : { auth_password: 's3cret' };
      await send(
        email(server, { auth_username: 'me', ...secret, tls_config: { insecure_skip_verify: true } }),
      );
      assert.equal(server.mails[0]!.user, 'me');
      const wrong = method === 'CRAM-MD5' ? { auth_secret: 'no' } : { auth_password: 'no' };
      await assert.rejects(
        send(email(server, { auth_username: 'me', ...wrong, tls_config: { insecure_skip_verify: true } })),
        (error) => error instanceof SendError && error.retry,
      );
    });
  }

  it('says whether another attempt may help', async () => {
    const refusing = await mailServer({
      onRcptTo(address, _session, done) {
        const code = address.address.startsWith('later') ? 451 : 550;
        done(Object.assign(new Error('no'), { responseCode: code }));
      },
    });
    await assert.rejects(send(email(refusing)), (error) => error instanceof SendError && !error.retry);
    await assert.rejects(
      send(email(refusing, { to: 'later@example.org' })),
      (error) => error instanceof SendError && error.retry,
    );
    const gone = email({ port: 1, mails: [], stop: async () => undefined });
    await assert.rejects(send(gone), (error) => error instanceof SendError && error.retry);
  });

  it('can be stopped while the server hangs', async () => {
    const hanging = await mailServer({ onConnect: () => undefined });
    const integration = email(hanging);
    const sending = integration.send(integration.render(NOTIFICATION), KEY, AbortSignal.timeout(100));
    await assert.rejects(sending, SendError);
  });

  it('cannot send without a server, and says what to set', () => {
    const config = loadEmail({ to: 'a@b' }, {}, (path) => path);
    assert.match(
      createEmail(config, DEFAULT_TEMPLATES, { disk: systemDisk }).cannotSend ?? '',
      /set smtp_smarthost/,
    );
  });
});
