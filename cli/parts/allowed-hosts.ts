import type { TocsinConfig } from '../config/tocsin-config.ts';

/** Host names under which browsers reach the parts: those of the file, and the one links in mails point to. */
export function allowedHosts(config: TocsinConfig): readonly string[] {
  return [...config.allowed_hosts, new URL(config.external_url).hostname];
}
