import type { Renderer } from '../renderer.ts';
import { type JsonObject, withoutEmpty } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { SlackSource } from './slack-schema.ts';

/** Slack cuts longer titles itself, without saying so. */
const TITLE_LENGTH = 1_024;
const MARKDOWN_IN = ['fallback', 'pretext', 'text'];

/** A message of Slack's with one attachment (its documentation, "Reference: Secondary message attachments"). */
export function slackMessage(source: SlackSource, renderer: Renderer): JsonObject {
  const run = (template: string, fallback = '') => renderer.text(template, fallback);
  const fallback = '{{ template "slack.default.title" . }}';
  const attachment: JsonObject = {
    ...withoutEmpty({
      title: truncate(run(source.title, fallback), TITLE_LENGTH),
      title_link: run(source.title_link),
      pretext: run(source.pretext),
      fields: (source.fields ?? []).map((field) => ({
        title: run(field.title),
        value: run(field.value),
        short: field.short ?? source.short_fields,
      })),
      actions: (source.actions ?? []).map((action) => slackAction(action, run)),
      image_url: run(source.image_url),
      thumb_url: run(source.thumb_url),
      color: run(source.color),
      mrkdwn_in: source.mrkdwn_in?.length ? source.mrkdwn_in : MARKDOWN_IN,
    }),
    text: run(source.text, '{{ template "email.default.text" . }}'),
    fallback: run(source.fallback, fallback),
    callback_id: run(source.callback_id),
    footer: run(source.footer),
  };
  return {
    ...withoutEmpty({
      channel: run(source.channel),
      username: run(source.username),
      icon_emoji: run(source.icon_emoji),
      icon_url: run(source.icon_url),
      link_names: source.link_names,
      text: run(source.message_text),
    }),
    attachments: [attachment],
  };
}

type ActionSource = NonNullable<SlackSource['actions']>[number];

/** A button that opens a URL has no use for the keys of one that sends something back. */
function slackAction(action: ActionSource, run: (template: string) => string): JsonObject {
  const opens = action.url !== '';
  const { confirm } = action;
  return withoutEmpty({
    type: run(action.type),
    text: run(action.text),
    url: run(action.url),
    style: run(action.style),
    name: opens ? '' : run(action.name),
    value: opens ? '' : run(action.value),
    confirm:
      opens || !confirm
        ? null
        : withoutEmpty({
            text: run(confirm.text),
            title: run(confirm.title),
            ok_text: run(confirm.ok_text),
            dismiss_text: run(confirm.dismiss_text),
          }),
  });
}
