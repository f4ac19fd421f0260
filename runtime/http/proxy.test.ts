import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isExempt, isProxyUrl, proxyFromEnvironment } from './proxy.ts';

describe('no_proxy', () => {
  for (const [url, noProxy, expected] of [
    ['http://example.org/', '', false],
    ['http://example.org/', '*', true],
    ['http://example.org/', 'example.org', true],
    ['http://a.example.org/', 'example.org', true],
    ['http://an-example.org/', 'example.org', false],
    ['http://example.org/', '.example.org', false],
    ['http://a.example.org/', '.example.org', true],
    ['http://a.example.org/', '*.example.org', true],
    ['http://example.org/', '*.example.org', false],
    ['http://EXAMPLE.org./', ' other, Example.ORG ', true],
    ['http://example.org:8080/', 'example.org:80', false],
    ['http://example.org/', 'example.org:80', true],
    ['https://example.org/', 'example.org:443', true],
    ['http://10.1.2.3/', '10.0.0.0/8', true],
    ['http://11.1.2.3/', '10.0.0.0/8', false],
    ['http://10.1.2.3/', '10.1.2.3', true],
    ['http://10.1.2.3:81/', '10.1.2.3:80', false],
    ['http://[2001:db8::1]/', '2001:db8::/32', true],
    ['http://[2001:db8::1]/', '2001:db8::1', true],
    ['http://[2001:db8::1]:81/', '[2001:db8::1]:81', true],
    ['http://[2001:db8::1]:81/', '[2001:db8::1]:82', false],
    ['http://3.2.1.10/', '1.10', false],
    ['http://10.0.0.1/', '10.0.0.0/99', false],
    ['http://localhost:9/', '', true],
    ['http://127.0.0.9/', '', true],
    ['http://[::1]/', '', true],
    ['http://127.example.org/', '', false],
  ] as const) {
    it(`${JSON.stringify(noProxy)} ${expected ? 'holds' : 'does not hold'} ${url}`, () =>
      assert.equal(isExempt(url, noProxy), expected));
  }

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d.:/[\]*,a-f]{0,30}$/)), (text) => {
        assert.equal(typeof isExempt('http://10.0.0.1/', text), 'boolean');
        assert.equal(isExempt('http://10.0.0.1/', `${text},10.0.0.1`), true);
      }),
    );
  });
});

describe('the proxy', () => {
  it('is named by the environment, apart for http and https', () => {
    const environment = { HTTP_PROXY: 'proxy:1', https_proxy: 'http://proxy:2', NO_PROXY: 'in.test' };
    assert.equal(proxyFromEnvironment('http://out.test/', environment), 'http://proxy:1');
    assert.equal(proxyFromEnvironment('https://out.test/', environment), 'http://proxy:2');
    assert.equal(proxyFromEnvironment('https://in.test/', environment), null);
    assert.equal(proxyFromEnvironment('https://out.test/', {}), null);
  });

  it('is reached by http, https or SOCKS 5', () => {
    for (const url of ['http://p', 'https://u:p@p:1', 'socks5://p', 'socks5h://[::1]:1'])
      assert.equal(isProxyUrl(url), true, url);
    for (const url of ['p', 'p:80', 'ftp://p', 'socks4://p', 'http://', 'file:///p'])
      assert.equal(isProxyUrl(url), false, url);
  });
});
