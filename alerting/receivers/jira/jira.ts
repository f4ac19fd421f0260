import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { defaultDescription } from '../default-description.ts';
import { type Integration, SendError } from '../integration.ts';
import type { JsonValue } from '../json-value.ts';
import { createRenderer } from '../renderer.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload } from '../stored-payload.ts';
import { foundIssue, foundTransition } from './jira-answers.ts';
import type { JiraConfig } from './jira-config.ts';
import { jiraIssue } from './jira-issue.ts';

const NO_ISSUE = 'nothing to do: the group has no open issue';

/** Opens an issue for a group, updates it, closes it and opens it again. A repeated attempt finds the issue of the one before. */
export function createJira(config: JiraConfig, templates: TemplateSet, deps: HttpSendDeps): Integration {
  const ask = async (
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    body: JsonValue | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> =>
    await sendHttp(
      config.http,
      {
        method,
        url,
        contentType: 'application/json',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { 'accept-language': 'en' },
        timeoutMs: null,
        signal,
      },
      deps,
    );

  async function move(key: string, name: string, signal: AbortSignal): Promise<string> {
    const url = `${config.apiUrl}/issue/${key}/transitions`;
    const id = foundTransition(await ask('GET', url, undefined, signal), name);
    if (id === null) throw new SendError(`Jira has no transition "${name}" for issue ${key}`, false);
    return describeAnswer(await ask('POST', url, { transition: { id } }, signal));
  }

  return {
    kind: 'jira',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = jiraIssue(config, notification, renderer);
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const { query = '', isFiring, fields = null } = storedPayload(message.payload);
      const search = { fields: ['status'], jql: query, maxResults: 2 };
      const existing = foundIssue(await ask('POST', searchUrl(config), search, signal));
      if (existing === null) {
        if (isFiring !== true) return NO_ISSUE;
        return describeAnswer(await ask('POST', `${config.apiUrl}/issue`, { fields }, signal));
      }
      const { summary, description, labels } = config.issue;
      const changes = Object.entries(storedPayload(fields)).filter(
        ([name]) =>
          !(name === 'summary' && !summary.enable_update) &&
          !(name === 'description' && !description.enable_update) &&
          !(name === 'labels' && !labels.enable_update),
      );
      const url = `${config.apiUrl}/issue/${existing.key}`;
      const answer = await ask('PUT', url, { fields: Object.fromEntries(changes) }, signal);
      const name = isFiring === true ? config.issue.reopen_transition : config.issue.resolve_transition;
      const isThere = existing.isDone === null || existing.isDone !== (isFiring === true);
      return isThere || name === '' ? describeAnswer(answer) : await move(existing.key, name, signal);
    },
  };
}

/** Jira Cloud has another search than Data Center. */
function searchUrl({ apiUrl, issue }: JiraConfig): string {
  const isCloud =
    issue.api_type === 'cloud' ||
    (issue.api_type === 'auto' && new URL(apiUrl).host.endsWith('atlassian.net'));
  return isCloud ? `${apiUrl}/search/jql`.replace('/2', '/3') : `${apiUrl}/search`;
}
