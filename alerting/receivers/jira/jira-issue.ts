import { expandStructure } from '../expand-structure.ts';
import { groupKeyHash } from '../group-key-hash.ts';
import type { JsonValue } from '../json-value.ts';
import type { Notification } from '../notification.ts';
import type { Renderer } from '../renderer.ts';
import type { JsonObject } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { JiraConfig } from './jira-config.ts';

// Jira's limits of summary and description.
const SUMMARY_LENGTH = 255;
const DESCRIPTION_LENGTH = 32_767;

/** The fields of a group's issue, and the query that finds it again by the label that names the group. */
export function jiraIssue(config: JiraConfig, notification: Notification, renderer: Renderer): JsonObject {
  const { issue } = config;
  const run = (template: string) => renderer.text(template, '');
  const label = `ALERT{${groupKeyHash(notification.groupKey)}}`;
  const project = run(issue.project);
  const summary = renderer.text(issue.summary.template, '{{ template "jira.default.summary" . }}');
  const description = renderer.text(
    issue.description.template,
    '{{ template "jira.default.description" . }}',
  );
  const priority = run(issue.priority);
  const custom = Object.entries(issue.fields ?? {});
  return {
    query: query(config, notification.status, project, label),
    isFiring: notification.status === 'firing',
    fields: {
      project: { key: project },
      issuetype: { name: run(issue.issue_type) },
      summary: truncate(summary, SUMMARY_LENGTH),
      description: document(config.apiUrl, truncate(description, DESCRIPTION_LENGTH)),
      labels: [...issue.labels.values.map(run), label].sort(byCodeUnits),
      ...(priority === '' ? {} : { priority: { name: priority } }),
      ...Object.fromEntries(custom.map(([name, value]) => [name, expandStructure(value, renderer)])),
    },
  };
}

/** Open issues of the group; for a group that fires also what was closed shortly before, where it can be opened again. */
function query(
  { issue }: JiraConfig,
  status: Notification['status'],
  project: string,
  label: string,
): string {
  const reopenMinutes = Math.floor((issue.reopen_duration ?? 0) / 60_000);
  const isReopened = status === 'firing' && issue.reopen_transition !== '' && reopenMinutes > 0;
  const conditions = [
    ...(issue.wont_fix_resolution === ''
      ? []
      : [`(resolution is EMPTY or resolution != ${quote(issue.wont_fix_resolution)})`]),
    isReopened
      ? `(resolutiondate is EMPTY OR resolutiondate >= -${reopenMinutes}m)`
      : 'statusCategory != Done',
    `project=${quote(project)}`,
    `labels=${quote(label)}`,
  ];
  return `${conditions.join(' and ')} order by status ASC,resolutiondate DESC`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** Version 3 of the API takes a document; a text that is none becomes one. */
function document(apiUrl: string, description: string): JsonValue {
  if (!new URL(apiUrl).pathname.endsWith('/3')) return description;
  try {
    const written: unknown = JSON.parse(description);
    if (typeof written === 'object' && written !== null) return JSON.parse(description);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const text = description.trim() === '' ? [] : [{ type: 'text', text: description }];
  return { type: 'doc', version: 1, content: [{ type: 'paragraph', content: text }] };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
