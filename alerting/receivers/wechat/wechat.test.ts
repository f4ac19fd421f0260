import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, MESSAGE_KEY, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const OK = '{"errcode":0,"errmsg":"ok"}';
let tokens = 0;
const bench = await startProviderBench((response, request) => {
  response.end(request.url.startsWith('/gettoken') ? `{"errcode":0,"access_token":"t${++tokens}"}` : OK);
});
const { provider, folder, send } = bench;
const entry = (rest = '') =>
  `wechat_configs: [{ api_url: '${provider.url}', api_secret: s, corp_id: c, ${rest} }]`;
const urls = () => provider.requests.splice(0).map(({ url }) => url);

describe('WeChat', () => {
  itBehavesAsProvider(bench, (url) => `wechat_configs: [{ api_url: '${url}', api_secret: s, corp_id: c }]`, {
    hasTimeout: false,
  });

  it('gives a token that is kept until it is refused', async () => {
    tokens = 0;
    urls();
    const [integration] = await folder.load(entry());
    const message = integration!.render(sampleNotification());
    const once = () => integration!.send(message, MESSAGE_KEY, AbortSignal.timeout(5_000));
    await once();
    await once();
    const TOKEN = '/gettoken?corpid=c&corpsecret=s';
    assert.deepEqual(urls(), [TOKEN, '/message/send?access_token=t1', '/message/send?access_token=t1']);
    const usual = provider.answer;
    provider.answer = (response, request) =>
      request.url.endsWith('=t1')
        ? void response.end('{"errcode":42001,"errmsg":"old"}')
        : usual(response, request);
    await once();
    provider.answer = usual;
    assert.deepEqual(urls(), ['/message/send?access_token=t1', TOKEN, '/message/send?access_token=t2']);
  });

  it('says no with status 200, and whether it may pass', async () => {
    const usual = provider.answer;
    for (const [token, sent, retry] of [
      ['{"errcode":40013,"errmsg":"invalid corpid"}', OK, false],
      ['{"access_token":"t"}', '{"errcode":45009,"errmsg":"too often"}', true],
      ['{"access_token":"t"}', '{"errcode":81013,"errmsg":"nobody"}', false],
      ['{"access_token":"t"}', '{"errcode":42001,"errmsg":"old"}', true],
      ['<html>', OK, true],
      ['{"access_token":"t"}', '[', true],
      ['null', OK, true],
    ] as const) {
      provider.answer = (response, request) =>
        void response.end(request.url.startsWith('/gettoken') ? token : sent);
      await assert.rejects(send(entry()), (error) => {
        assert.ok(error instanceof SendError);
        assert.equal(error.retry, retry, `${token} ${sent}`);
        return true;
      });
    }
    provider.answer = usual;
  });

  for (const [entry, message] of [
    ['wechat_configs: [{ corp_id: c }]', /:5: .*set api_secret here or wechat_api_secret/],
    ['wechat_configs: [{ api_secret: s }]', /:5: .*set corp_id here or wechat_api_corp_id/],
    ['wechat_configs: [{ api_secret: s, corp_id: c, message_type: x }]', /must be text or markdown/],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
