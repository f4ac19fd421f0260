import { groupKeyHash } from '../group-key-hash.ts';
import type { Notification } from '../notification.ts';
import type { Renderer } from '../renderer.ts';
import { type JsonObject, withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import { pagerdutyDetails } from './pagerduty-details.ts';
import type { PagerdutySource } from './pagerduty-schema.ts';

const SUMMARY_LENGTH = 1_024;
/** A larger event is refused. */
const EVENT_BYTES = 512_000;

/** An event of the Events API v2, all but its routing key. */
export function pagerdutyEvent(
  source: PagerdutySource,
  notification: Notification,
  renderer: Renderer,
): JsonObject {
  const run = (template: string, fallback = '') => renderer.text(template, fallback);
  const links = (source.links ?? []).map((link) => ({ href: run(link.href), text: run(link.text) }));
  const images = (source.images ?? []).map((image) => ({
    src: run(image.src),
    alt: run(image.alt),
    href: run(image.href),
  }));
  const event = (details: JsonObject): JsonObject => ({
    event_action: notification.status === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: groupKeyHash(notification.groupKey),
    payload: {
      summary: truncate(
        run(source.description, '{{ template "pagerduty.default.description" . }}'),
        SUMMARY_LENGTH,
      ),
      source: run(source.source || source.client, '{{ template "pagerduty.default.client" . }}'),
      severity: run(source.severity || 'error', 'error'),
      ...withoutEmpty({
        class: run(source.class),
        component: run(source.component),
        group: run(source.group),
      }),
      custom_details: details,
    },
    ...withoutEmpty({
      client: run(source.client),
      client_url: run(source.client_url),
      images: images.filter(({ src }) => src !== ''),
      links: links.filter(({ href }) => href !== ''),
    }),
  });
  const whole = event(pagerdutyDetails(source.details ?? {}, renderer));
  if (Buffer.byteLength(JSON.stringify(whole)) <= EVENT_BYTES) return whole;
  return event({
    error: `The details are left out: with them the event has more than ${EVENT_BYTES} bytes.`,
  });
}
