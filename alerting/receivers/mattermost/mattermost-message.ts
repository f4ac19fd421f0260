import type { Renderer } from '../renderer.ts';
import { type JsonObject, withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { MattermostAttachment, MattermostSource } from './mattermost-schema.ts';

// Mattermost's documentation, "Incoming webhooks"; longer ones are refused.
const TEXT_LENGTH = 16_383;

/** What an incoming webhook takes: the message in one attachment, or, with attachments of its own, as its text. */
export function mattermostMessage(source: MattermostSource, renderer: Renderer): JsonObject {
  const run = (template: string) => renderer.text(template, '');
  const own = source.attachments ?? [];
  const body = { ...source, text: truncate(textOf(source, renderer), TEXT_LENGTH) };
  return {
    ...withoutEmpty({
      text: own.length > 0 ? body.text : '',
      channel: run(source.channel),
      username: run(source.username),
      icon_url: run(source.icon_url),
      icon_emoji: run(source.icon_emoji),
      type: run(source.type),
    }),
    attachments:
      own.length > 0
        ? own.map((each) => attachment(each, truncate(run(each.text), TEXT_LENGTH), renderer))
        : [attachment(source, body.text, renderer)],
    ...(source.props?.card ? { props: { card: run(source.props.card) } } : {}),
    ...priority(source.priority, run),
  };
}

function textOf(source: MattermostSource, renderer: Renderer): string {
  return renderer.text(source.text, '{{ template "mattermost.default.text" . }}');
}

function attachment(source: MattermostAttachment, text: string, renderer: Renderer): JsonObject {
  const run = (template: string) => renderer.text(template, '');
  return withoutEmpty({
    fallback: run(source.fallback),
    color: run(source.color),
    pretext: run(source.pretext),
    text,
    author_name: run(source.author_name),
    author_link: run(source.author_link),
    author_icon: run(source.author_icon),
    title: run(source.title),
    title_link: run(source.title_link),
    fields: (source.fields ?? []).map((field) => ({
      ...withoutEmpty({ title: run(field.title), value: run(field.value) }),
      ...(field.short == null ? {} : { short: field.short }),
    })),
    thumb_url: run(source.thumb_url),
    footer: run(source.footer),
    footer_icon: run(source.footer_icon),
    image_url: run(source.image_url),
  });
}

/** Mattermost refuses an acknowledgement of standard messages, and repetition of any but urgent ones. */
function priority(asked: MattermostSource['priority'], run: (template: string) => string): JsonObject {
  if (!asked?.priority) return {};
  const written = run(asked.priority).toLowerCase();
  const level = written === 'urgent' || written === 'important' ? written : 'standard';
  return {
    priority: {
      priority: level,
      ...withoutEmpty({
        requested_ack: asked.requested_ack && level !== 'standard',
        persistent_notifications: asked.persistent_notifications && level === 'urgent',
      }),
    },
  };
}
