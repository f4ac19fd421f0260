import { z } from 'zod';
import { text } from '../../routing/text-schema.ts';
import { httpUrl } from '../http-url.ts';
import { flag, templated } from '../templated.ts';
import { ONE_WEBHOOK_URL, WEBHOOK_URL_KEYS } from '../webhook-url-schema.ts';

const required = text.refine((value) => value !== '', { message: 'must not be empty' });

const field = z.strictObject({ title: required, value: required, short: z.boolean().nullish() });

/** Without defaults: what an attachment of its own does not say is left out. */
const attachment = z.strictObject({
  fallback: templated(''),
  color: templated(''),
  pretext: templated(''),
  text: templated(''),
  author_name: templated(''),
  author_link: templated(''),
  author_icon: templated(''),
  title: templated(''),
  title_link: templated(''),
  fields: z.array(field).nullish(),
  thumb_url: templated(''),
  footer: templated(''),
  footer_icon: templated(''),
  image_url: templated(''),
});

export const MATTERMOST_SCHEMA = attachment
  .extend({
    ...WEBHOOK_URL_KEYS,
    channel: templated(''),
    username: templated('{{ template "mattermost.default.username" . }}'),
    icon_url: templated(''),
    icon_emoji: templated(''),
    fallback: templated('{{ template "mattermost.default.fallback" . }}'),
    color: templated('{{ template "mattermost.default.color" . }}'),
    text: templated('{{ template "mattermost.default.text" . }}'),
    title: templated('{{ template "mattermost.default.title" . }}'),
    title_link: templated('{{ template "mattermost.default.titlelink" . }}'),
    /** In place of the one attachment that the keys above describe; `text` is then the message's own. */
    attachments: z.array(attachment).nullish(),
    type: templated(''),
    props: z.strictObject({ card: templated('') }).nullish(),
    priority: z
      .strictObject({ priority: templated(''), requested_ack: flag, persistent_notifications: flag })
      .nullish(),
  })
  .refine(({ webhook_url, webhook_url_file }) => !(webhook_url && webhook_url_file), ONE_WEBHOOK_URL);

export type MattermostSource = z.output<typeof MATTERMOST_SCHEMA>;
export type MattermostAttachment = z.output<typeof attachment>;

export const MATTERMOST_DEFAULTS_SCHEMA = {
  mattermost_webhook_url: httpUrl.nullish(),
  mattermost_webhook_url_file: text.nullish(),
};
