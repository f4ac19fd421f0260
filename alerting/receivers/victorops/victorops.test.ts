import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench((response) => void response.end('{"result":"success"}'));
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest: string) => `victorops_configs: [{ api_url: '${provider.url}/alert', ${rest} }]`;

describe('Splunk On-Call', () => {
  itBehavesAsProvider(
    bench,
    (url) => `victorops_configs: [{ api_url: '${url}', api_key: k, routing_key: r }]`,
    { hasTimeout: false },
  );

  it('gets an event of the group, critical while firing and a recovery after', async () => {
    await send(entry('api_key: k, routing_key: team'));
    assert.equal(provider.requests.at(-1)!.url, '/alert/k/team');
    const { message_type, entity_id, entity_display_name } = last();
    assert.deepEqual([message_type, entity_display_name], ['CRITICAL', '[FIRING:1] Down (page)']);
    await send(entry('api_key: k, routing_key: team, message_type: INFO'), sampleNotification('resolved'));
    assert.deepEqual([last().message_type, last().entity_id], ['RECOVERY', entity_id]);
  });

  it('keeps labels in a routing key from leading elsewhere', async () => {
    const labels = { team: 'a?b#c d/\ud800' };
    await send(
      entry("api_key: k, routing_key: '{{ .CommonLabels.team }}'"),
      sampleNotification('firing', labels),
    );
    assert.equal(provider.requests.at(-1)!.url, '/alert/k/a%3Fb%23c%20d/%EF%BF%BD');
  });

  it('reads its key from a file, keeps it out of errors, and cuts what is too long', async () => {
    folder.write('key', 's3cret\n');
    await send(entry(`api_key_file: key, routing_key: t, state_message: '${'é'.repeat(21_000)}'`));
    assert.equal(provider.requests.at(-1)!.url, '/alert/s3cret/t');
    assert.equal(last().state_message.length, 20_480);
    const gone =
      "victorops_configs: [{ api_url: 'http://127.0.0.1:1/alert', api_key_file: key, routing_key: t }]";
    await assert.rejects(send(gone), (error) => error instanceof Error && !error.message.includes('s3cret'));
  });

  for (const [entry, message] of [
    ['victorops_configs: [{ routing_key: r }]', /:5: .*set api_key here or victorops_api_key/],
    ['victorops_configs: [{ api_key: k }]', /:5: .*routing_key/],
    ['victorops_configs: [{ api_key: k, api_key_file: f, routing_key: r }]', /set one of api_key/],
    [
      'victorops_configs: [{ api_key: k, routing_key: r, custom_fields: { entity_id: x } }]',
      /custom_fields may not name/,
    ],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
