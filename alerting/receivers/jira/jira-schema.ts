import { z } from 'zod';
import { duration, text } from '../../routing/text-schema.ts';
import { HTTP_CONFIG_SCHEMA } from '../http-config-schema.ts';
import { httpUrl } from '../http-url.ts';
import { templated } from '../templated.ts';

const required = text.refine((value) => value !== '', { message: 'is missing' });

const updated = z
  .boolean()
  .nullish()
  .transform((value) => value ?? true);

/** A template, or one with whether an update of the issue sets it again. */
function updatable(fallback: string) {
  return z
    .union([templated(fallback), z.strictObject({ template: templated(fallback), enable_update: updated })])
    .transform((value) => (typeof value === 'string' ? { template: value, enable_update: true } : value));
}

const labels = z
  .union([z.array(text), z.strictObject({ values: z.array(text).nullish(), enable_update: updated })])
  .nullish()
  .transform((value) =>
    Array.isArray(value)
      ? { values: value, enable_update: true }
      : { values: value?.values ?? [], enable_update: value?.enable_update ?? true },
  );

export const JIRA_SCHEMA = z.strictObject({
  send_resolved: z.boolean().nullish(),
  http_config: HTTP_CONFIG_SCHEMA.nullish(),
  /** Up to the version: https://example.atlassian.net/rest/api/2. */
  api_url: httpUrl.nullish(),
  api_type: z
    .enum(['auto', 'cloud', 'datacenter'], { error: 'must be auto, cloud or datacenter' })
    .nullish()
    .transform((type) => type ?? 'auto'),
  project: required,
  issue_type: required,
  summary: updatable('{{ template "jira.default.summary" . }}'),
  description: updatable('{{ template "jira.default.description" . }}'),
  labels,
  priority: templated('{{ template "jira.default.priority" . }}'),
  reopen_transition: templated(''),
  resolve_transition: templated(''),
  wont_fix_resolution: templated(''),
  reopen_duration: duration.nullish(),
  /** Further fields; texts in them are templates, at any depth. */
  fields: z.record(z.string(), z.json()).nullish(),
});

export type JiraSource = z.output<typeof JIRA_SCHEMA>;

export const JIRA_DEFAULTS_SCHEMA = { jira_api_url: httpUrl.nullish() };
