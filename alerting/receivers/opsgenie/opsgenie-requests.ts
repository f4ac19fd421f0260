import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { groupKeyHash } from '../group-key-hash.ts';
import type { Notification } from '../notification.ts';
import type { Renderer } from '../renderer.ts';
import { type JsonObject, withoutEmpty } from '../stored-payload.ts';
import { common } from '../template-data.ts';
import { truncate } from '../truncate.ts';
import type { OpsgenieSource } from './opsgenie-schema.ts';

/** Opsgenie's documentation, "Create Alert"; a longer one is cut there. */
const MESSAGE_LENGTH = 130;

/** The requests that one notification takes, each to be answered with a 2xx before the next is sent. */
export function opsgenieRequests(
  source: OpsgenieSource,
  notification: Notification,
  renderer: Renderer,
): readonly JsonObject[] {
  const run = (template: string, fallback = '') => renderer.text(template, fallback);
  const alias = groupKeyHash(notification.groupKey);
  const about = (action: string) => `v2/alerts/${alias}/${action}?identifierType=alias`;
  if (notification.status === 'resolved') {
    return [{ method: 'POST', path: about('close'), body: { source: run(source.source) } }];
  }
  const message = truncate(
    run(source.message, '{{ template "opsgenie.default.message" . }}'),
    MESSAGE_LENGTH,
  );
  const description = run(source.description, '{{ template "opsgenie.default.description" . }}');
  const own = Object.entries(source.details ?? {}).map(([name, value]) => [name, run(value)] as const);
  const create = {
    alias,
    message,
    details: {
      ...labelsToObject(common(notification.alerts.map((alert) => alert.labels))),
      ...Object.fromEntries(own),
    },
    source: run(source.source),
    ...withoutEmpty({
      description,
      responders: responders(source, run),
      tags: split(run(source.tags)),
      note: run(source.note),
      priority: run(source.priority),
      entity: run(source.entity),
      actions: split(run(source.actions)),
    }),
  };
  const requests: JsonObject[] = [{ method: 'POST', path: 'v2/alerts', body: create }];
  if (source.update_alerts) {
    requests.push(
      { method: 'PUT', path: about('message'), body: withoutEmpty({ message }) },
      { method: 'PUT', path: about('description'), body: withoutEmpty({ description }) },
    );
  }
  return requests;
}

/** Those whose templates expand to nothing are left out; `teams` names several of them. */
function responders(source: OpsgenieSource, run: (template: string) => string): readonly JsonObject[] {
  return (source.responders ?? []).flatMap((each): readonly JsonObject[] => {
    const names = withoutEmpty({ id: run(each.id), name: run(each.name), username: run(each.username) });
    const type = run(each.type);
    if (type === '' && Object.keys(names).length === 0) return [];
    if (type === 'teams') return split(String(names['name'] ?? '')).map((name) => ({ name, type: 'team' }));
    return [{ ...names, type }];
  });
}

function split(text: string): readonly string[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '');
}
