import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import type { ProviderRequest } from '../../testing/fake-provider.ts';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench();
const { provider, folder, send } = bench;
const KEYS = 'sigv4: { region: eu-west-1, access_key: AK, secret_key: SK }';
const entry = (rest: string) => `sns_configs: [{ api_url: '${provider.url}/', ${KEYS}, ${rest} }]`;
const last = () => Object.fromEntries(new URLSearchParams(provider.requests.at(-1)!.body));

/** Amazon's documentation, "Create a signed AWS API request", followed by hand. */
function signatureOf({ method, url, headers, body }: ProviderRequest, secret: string): string {
  const authorization = String(headers.authorization);
  const [, scope = ''] = /Credential=AK\/(\S+?),/.exec(authorization) ?? [];
  const [, names = ''] = /SignedHeaders=(\S+?),/.exec(authorization) ?? [];
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const signed = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, url, '', `${signed.join('')}`, names, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${secret}`,
    );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

describe('Amazon SNS', () => {
  itBehavesAsProvider(bench, (url) => `sns_configs: [{ api_url: '${url}', ${KEYS}, topic_arn: t }]`, {
    hasTimeout: false,
  });

  it('gets a publication, signed', async () => {
    await send(entry("topic_arn: 'arn:aws:sns:eu-west-1:1:t', message: 'é&='"));
    const request = provider.requests.at(-1)!;
    assert.deepEqual(last(), {
      Action: 'Publish',
      Version: '2010-03-31',
      Message: 'é&=',
      Subject: '[FIRING:1] Down (page)',
      TopicArn: 'arn:aws:sns:eu-west-1:1:t',
    });
    const authorization = String(request.headers.authorization);
    assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/eu-west-1\/sns\/aws4_request, /);
    assert.ok(authorization.endsWith(`Signature=${signatureOf(request, 'SK')}`), authorization);
  });

  it('gives a message of an ordered topic its own name, so that the end is no repetition', async () => {
    await send(entry('topic_arn: t.fifo'));
    const { MessageGroupId, MessageDeduplicationId } = last();
    assert.match(MessageGroupId!, /^[\da-f]{64}$/);
    assert.equal(MessageDeduplicationId, '1b4e28ba-2fa1-4d2e-883f-0016d3cca427');
  });

  it('cuts text messages between characters and says so, and subjects to what SNS takes', async () => {
    await send(
      entry(`phone_number: '+1', message: 'x${'é'.repeat(900)}', subject: "${'s'.repeat(99)}\\nyz"`),
    );
    const sent = last();
    assert.ok(Buffer.byteLength(sent['Message']!) <= 1_600 && sent['Message']!.endsWith('é…'));
    assert.equal(sent['MessageAttributes.entry.1.Name'], 'truncated');
    assert.equal(sent['MessageAttributes.entry.1.Value.StringValue'], 'true');
    assert.equal(sent['Subject'], `${'s'.repeat(97)}...`);
    await send(entry('phone_number: 5, subject: "a\\nb"'), sampleNotification('resolved'));
    assert.equal(last()['Subject'], 'a b');
  });

  for (const [entry, message] of [
    [
      'sns_configs: [{ topic_arn: t, sigv4: { region: r } }]',
      /:5: .*set sigv4.access_key and sigv4.secret_key/,
    ],
    ['sns_configs: [{ topic_arn: t, sigv4: { access_key: a, secret_key: b } }]', /:5: .*set sigv4.region/],
    [
      'sns_configs: [{ topic_arn: t, sigv4: { region: r, access_key: a } }]',
      /set both of access_key and secret_key/,
    ],
    ['sns_configs: [{ topic_arn: t, sigv4: { region: r, role_arn: a } }]', /needs AWS's own SDK/],
    [
      'sns_configs: [{ sigv4: { region: r, access_key: a, secret_key: b } }]',
      /set one of topic_arn, target_arn and phone_number/,
    ],
    [
      'sns_configs: [{ topic_arn: t, phone_number: 1, sigv4: { region: r, access_key: a, secret_key: b } }]',
      /set one of topic_arn/,
    ],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
