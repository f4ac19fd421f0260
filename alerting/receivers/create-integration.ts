import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { createEmail } from './email/email.ts';
import type { Integration } from './integration.ts';
import type { IntegrationConfig } from './integration-config.ts';
import { createPagerduty } from './pagerduty/pagerduty.ts';
import { createSlack } from './slack/slack.ts';
import { createWebhook } from './webhook/webhook.ts';

export interface IntegrationDeps {
  readonly http: HttpClient;
  readonly disk: Pick<Disk, 'readFile' | 'size'>;
}

export function createIntegration(
  config: IntegrationConfig,
  templates: TemplateSet,
  deps: IntegrationDeps,
): Integration {
  switch (config.kind) {
    case 'email':
      return createEmail(config, templates, deps.disk);
    case 'pagerduty':
      return createPagerduty(config, templates, deps);
    case 'slack':
      return createSlack(config, templates, deps);
    case 'webhook':
      return createWebhook(config, templates, deps);
    default:
      return config satisfies never;
  }
}
