import { type HttpProxy, isExempt, isProxyUrl, proxyFromEnvironment } from '@tocsin/runtime/http/proxy.ts';
import { SendError } from './integration.ts';
import type { ProxyConfig } from './proxy-config-schema.ts';

/**
 * Through whom a URL is requested; null for directly. As with Go's client, a proxy_url without no_proxy also takes what
 * goes to this machine.
 * @throws SendError when the environment names something else than a proxy; it is not sent past it.
 */
export function proxyFor(config: ProxyConfig | null, url: string): HttpProxy | null {
  const { proxy_url, no_proxy, proxy_from_environment, proxy_connect_header } = config ?? {};
  const isPast = Boolean(proxy_url && no_proxy && isExempt(url, no_proxy));
  const proxy = proxy_from_environment ? proxyFromEnvironment(url) : proxy_url;
  if (!proxy || isPast) return null;
  if (!isProxyUrl(proxy)) throw new SendError('Cannot send: the environment names no usable proxy', true);
  const headers = Object.entries(proxy_connect_header ?? {});
  return {
    url: proxy,
    connectHeaders: Object.fromEntries(headers.map(([name, values]) => [name, values.join(', ')])),
  };
}
