import type { LoadContext } from '../load-context.ts';
import { loadHttpConfig } from '../load-http-config.ts';
import type { JiraConfig } from './jira-config.ts';
import type { JiraSource } from './jira-schema.ts';

export function loadJira(source: JiraSource, { global, resolve, refuse }: LoadContext): JiraConfig {
  const apiUrl =
    source.api_url ??
    global.jira_api_url ??
    refuse('Jira needs an address; set api_url here or jira_api_url under global');
  return {
    kind: 'jira',
    sendResolved: source.send_resolved ?? true,
    apiUrl: apiUrl.replace(/\/+$/, ''),
    http: loadHttpConfig(source.http_config, global.http_config, resolve),
    issue: source,
  };
}
