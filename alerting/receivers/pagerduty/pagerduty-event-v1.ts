import { groupKeyHash } from '../group-key-hash.ts';
import type { Notification } from '../notification.ts';
import type { Renderer } from '../renderer.ts';
import { type JsonObject, withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import { pagerdutyDetails } from './pagerduty-details.ts';
import type { PagerdutySource } from './pagerduty-schema.ts';

const DESCRIPTION_LENGTH = 1_024;
/** A larger event is refused. */
const EVENT_BYTES = 512_000;

/** An event of the Events API v1, all but its service key; the two empty fields are those of v2, as Alertmanager sends them. */
export function pagerdutyEventV1(
  source: PagerdutySource,
  notification: Notification,
  renderer: Renderer,
): JsonObject {
  const isOver = notification.status === 'resolved';
  const description = renderer.text(source.description, '{{ template "pagerduty.default.description" . }}');
  const client = {
    client: renderer.text(source.client, ''),
    client_url: renderer.text(source.client_url, ''),
  };
  const event = (details: JsonObject): JsonObject => ({
    incident_key: groupKeyHash(notification.groupKey),
    event_type: isOver ? 'resolve' : 'trigger',
    ...withoutEmpty({ description: truncate(description, DESCRIPTION_LENGTH), ...(isOver ? {} : client) }),
    event_action: '',
    payload: null,
    details,
  });
  const whole = event(pagerdutyDetails(source.details ?? {}, renderer));
  if (Buffer.byteLength(JSON.stringify(whole)) <= EVENT_BYTES) return whole;
  return event({
    error: `The details are left out: with them the event has more than ${EVENT_BYTES} bytes.`,
  });
}
