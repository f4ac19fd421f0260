import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const bench = await startProviderBench((response) => void response.end('{"issues":[]}'));
const { provider, folder, send } = bench;
const entry = (rest = '', path = '/rest/api/2') =>
  `jira_configs: [{ api_url: '${provider.url}${path}', project: P, issue_type: Bug, ${rest} }]`;
const sent = () =>
  provider.requests
    .splice(0)
    .map(({ method, url, body }) => ({ method, url, body: body === '' ? null : JSON.parse(body) }));

describe('Jira', () => {
  itBehavesAsProvider(bench, (url) => `jira_configs: [{ api_url: '${url}', project: P, issue_type: Bug }]`, {
    hasTimeout: false,
  });

  it('opens an issue for a group that fires, and does nothing for one that is over and has none', async () => {
    sent();
    await send(entry());
    const [search, create] = sent();
    assert.equal(search!.url, '/rest/api/2/search');
    assert.deepEqual([create!.method, create!.url], ['POST', '/rest/api/2/issue']);
    assert.match(
      search!.body.jql,
      /^statusCategory != Done and project="P" and labels="ALERT\{[\da-f]{64}\}" order by/,
    );
    assert.ok(search!.body.jql.includes(`labels="${create!.body.fields.labels[0]}"`));
    await send(entry(), sampleNotification('resolved'));
    assert.equal(sent().length, 1);
  });

  it('sets again what may be set, and moves the issue where its transitions lead', async () => {
    const usual = provider.answer;
    const found = (category: string) => {
      provider.answer = (response, { url, method }) => {
        if (url.endsWith('/search'))
          response.end(
            `{"issues":[{"key":"P-1/..","fields":{"status":{"statusCategory":{"key":"${category}"}}}}]}`,
          );
        else if (method === 'GET')
          response.end('{"transitions":[{"id":"7","name":"Done"},{"id":"8","name":"Open"}]}');
        else response.writeHead(204).end();
      };
    };
    const rest =
      'resolve_transition: Done, reopen_transition: Open, reopen_duration: 1h, summary: { template: s, enable_update: false }, labels: { values: [l], enable_update: false }';
    const moves = async (category: string, status: 'firing' | 'resolved', more = rest) => {
      found(category);
      await send(entry(more), sampleNotification(status));
      return sent().slice(1);
    };
    const [update, ask, move] = await moves('new', 'resolved');
    assert.deepEqual([update!.method, update!.url], ['PUT', '/rest/api/2/issue/P-1%2F..']);
    assert.deepEqual(Object.keys(update!.body.fields).sort(), ['description', 'issuetype', 'project']);
    assert.equal(ask!.url, '/rest/api/2/issue/P-1%2F../transitions');
    assert.deepEqual(move!.body, { transition: { id: '7' } });
    assert.deepEqual((await moves('done', 'firing'))[2]!.body, { transition: { id: '8' } });
    for (const [category, status, more] of [
      ['new', 'firing', rest],
      ['done', 'resolved', rest],
      ['new', 'resolved', ''],
    ] as const)
      assert.equal((await moves(category, status, more)).length, 1, `${category} ${status}`);
    await assert.rejects(moves('new', 'resolved', 'resolve_transition: Nowhere'), (error) => {
      assert.ok(error instanceof SendError && !error.retry && /no transition "Nowhere"/.test(error.message));
      return true;
    });
    provider.answer = usual;
  });

  it('takes documents where the API wants them, and makes one of a text', async () => {
    sent();
    const description = async (text: string) => {
      await send(entry(`api_type: cloud, description: '${text}'`, '/rest/api/3'));
      const [search, create] = sent();
      assert.equal(search!.url, '/rest/api/3/search/jql');
      return create!.body.fields.description;
    };
    assert.deepEqual(await description('{"type":"doc"}'), { type: 'doc' });
    for (const text of ['plain', '5', '{ no'])
      assert.deepEqual(await description(text), {
        type: 'doc',
        version: 1,
        content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
      });
    await send(entry('api_type: cloud'));
    assert.equal(sent()[0]!.url, '/rest/api/3/search/jql');
  });

  it('whose answer is no JSON is asked again', async () => {
    const usual = provider.answer;
    for (const answer of ['<html>', '[]', '{"issues":[{}]}', '']) {
      provider.answer = (response) => void response.end(answer);
      await assert.rejects(send(entry()), (error) => error instanceof SendError && error.retry);
    }
    provider.answer = usual;
  });

  for (const [entry, message] of [
    ['jira_configs: [{ project: P, issue_type: T }]', /:5: .*set api_url here or jira_api_url/],
    ['jira_configs: [{ api_url: http://a, issue_type: T }]', /:5: .*project/],
    ['jira_configs: [{ api_url: http://a, project: P }]', /:5: .*issue_type/],
    [
      'jira_configs: [{ api_url: http://a, project: P, issue_type: T, api_type: x }]',
      /must be auto, cloud or datacenter/,
    ],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
