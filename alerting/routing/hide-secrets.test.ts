import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hideSecrets } from './hide-secrets.ts';

it('the keys of every receiver are hidden, the rest stays as it was written', () => {
  const secrets = [
    'slack_api_url: https://hooks/S3CRET',
    'slack_app_token: S3CRET',
    'routing_key: S3CRET',
    "opsgenie_api_key: 'S3CRET'",
    'bot_token: S3CRET',
    'webhook_url: https://discord/S3CRET',
    'user_key: S3CRET',
    'token: "S3CRET"',
    'url: https://gateway/S3CRET',
    'proxy_url: http://u:S3CRET@proxy:8080/',
    'proxy_connect_header: { X-Key: [S3CRET, S3CRET] }',
    'oauth2: { client_secret: S3CRET }',
    'oauth2: { client_certificate_key: S3CRET }',
    'tls_config: { key: "-----BEGIN PRIVATE KEY----- S3CRET" }',
    'http_headers: { X-Key: { secrets: [S3CRET, "S3CRET"] } }',
  ];
  for (const line of secrets) {
    const shown = hideSecrets(`a: 1 # why\n${line}\nb: [2]\n`);
    assert.ok(!shown.includes('S3CRET') && /<secret>|xxxxx@proxy:8080/.test(shown), shown);
    assert.ok(shown.startsWith('a: 1 # why\n') && shown.endsWith('\nb: [2]\n'), shown);
  }
  const plain = 'routing_key_file: key\nchat_id: 5\nproxy_url: http://proxy\nmatch: { key: value }\n';
  assert.equal(hideSecrets(plain), plain);
});
