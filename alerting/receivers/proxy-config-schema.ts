import { isProxyUrl } from '@tocsin/runtime/http/proxy.ts';
import { z } from 'zod';
import { text } from '../routing/text-schema.ts';

/** The proxy keys, of http_config and of the oauth2 inside it. */
export const PROXY_KEYS = {
  proxy_url: text
    .refine((url) => url === '' || isProxyUrl(url), {
      message: 'must begin with http://, https:// or socks5:// and a host',
    })
    .nullish(),
  no_proxy: text.nullish(),
  proxy_from_environment: z.boolean().nullish(),
  /** Sent with CONNECT, each value on its own. */
  proxy_connect_header: z.record(z.string(), z.array(headerValue())).nullish(),
};

/** The proxy keys of a section. */
export type ProxyConfig = z.output<z.ZodObject<typeof PROXY_KEYS>>;

/** Alertmanager's checks of the keys together; null when they can be used. */
export function proxyProblem(config: ProxyConfig): string | null {
  const { proxy_url, no_proxy, proxy_from_environment, proxy_connect_header } = config;
  const names = Object.keys(proxy_connect_header ?? {});
  const badName = names.find((name) => !isHeaderName(name));
  if (badName !== undefined) return `${JSON.stringify(badName)} is not the name of a header`;
  if (names.length > 0 && !proxy_from_environment && !proxy_url)
    return 'proxy_connect_header needs proxy_url or proxy_from_environment';
  if (proxy_from_environment && proxy_url) return 'set one of proxy_url and proxy_from_environment';
  if (proxy_from_environment && no_proxy) return 'no_proxy goes with proxy_url; the environment has its own';
  if (no_proxy && proxy_url == null) return 'no_proxy needs proxy_url';
  return null;
}

export function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

function headerValue() {
  return text.refine((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value), {
    message: 'holds a character that no header may have',
  });
}
