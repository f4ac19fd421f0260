import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { AwsV4Signer } from 'aws4fetch';
import { defaultDescription } from '../default-description.ts';
import { groupKeyHash } from '../group-key-hash.ts';
import type { Integration } from '../integration.ts';
import type { Notification } from '../notification.ts';
import { createRenderer, type Renderer } from '../renderer.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { type JsonObject, storedPayload } from '../stored-payload.ts';
import { truncateBytes } from '../truncate-bytes.ts';
import type { SnsConfig } from './sns-config.ts';

// SNS' documentation, "Publish".
const VERSION = '2010-03-31';
const TEXT_MESSAGE_BYTES = 1_600;
const MESSAGE_BYTES = 256 * 1_024;
const SUBJECT_LENGTH = 100;

/** Publishes to a topic, an endpoint or a telephone through Amazon SNS. */
export function createSns(config: SnsConfig, templates: TemplateSet, deps: HttpSendDeps): Integration {
  return {
    kind: 'sns',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const payload = publication(config, notification, renderer);
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, key, signal) {
      const stored = storedPayload(message.payload);
      const fields = Object.entries(stored).map(([name, value]) => [name, String(value)] as const);
      const form = new URLSearchParams(fields.map(([name, value]) => [name, value]));
      // Alertmanager has the group's name here, and the end of an alert within five minutes is dropped as its repetition.
      if (form.has('MessageGroupId')) form.set('MessageDeduplicationId', key.messageId);
      const body = form.toString();
      const contentType = 'application/x-www-form-urlencoded';
      const { accessKeyId, secretAccessKey, sessionToken } = config.credentials;
      const { headers } = await new AwsV4Signer({
        method: 'POST',
        url: config.apiUrl,
        body,
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === null ? {} : { sessionToken }),
        service: 'sns',
        region: config.region,
      }).sign();
      const request = {
        url: config.apiUrl,
        contentType,
        body,
        headers: Object.fromEntries([...headers].filter(([name]) => name !== 'host')),
        timeoutMs: null,
        signal,
      };
      return describeAnswer(await sendHttp(config.http, request, deps));
    },
  };
}

function publication(config: SnsConfig, notification: Notification, renderer: Renderer): JsonObject {
  const source = config.message;
  const run = (template: string) => renderer.text(template, '');
  const whole = renderer.text(source.message, '{{ template "sns.default.message" . }}');
  const message = truncateBytes(whole, source.phone_number === '' ? MESSAGE_BYTES : TEXT_MESSAGE_BYTES);
  const topic = run(source.topic_arn);
  const subject = subjectOf(renderer.text(source.subject, '{{ template "sns.default.subject" . }}'));
  const attributes = [
    ...Object.entries(source.attributes ?? {}).map(([name, value]) => [run(name), run(value)] as const),
    ...(message === whole ? [] : [['truncated', 'true'] as const]),
  ];
  return {
    Action: 'Publish',
    Version: VERSION,
    Message: message,
    ...(subject === '' ? {} : { Subject: subject }),
    ...(topic === '' ? {} : { TopicArn: topic }),
    ...(source.target_arn === '' ? {} : { TargetArn: run(source.target_arn) }),
    ...(source.phone_number === '' ? {} : { PhoneNumber: run(source.phone_number) }),
    ...(topic.endsWith('.fifo') ? { MessageGroupId: groupKeyHash(notification.groupKey) } : {}),
    ...Object.assign(
      {},
      ...attributes.map(([name, value], i) => ({
        [`MessageAttributes.entry.${i + 1}.Name`]: name,
        [`MessageAttributes.entry.${i + 1}.Value.DataType`]: 'String',
        [`MessageAttributes.entry.${i + 1}.Value.StringValue`]: value,
      })),
    ),
  };
}

/** SNS refuses messages whose subject is longer, or has line ends and other control characters. */
function subjectOf(text: string): string {
  const plain = Array.from(text.replace(/\p{Cc}+/gu, ' ').trim());
  return plain.length <= SUBJECT_LENGTH
    ? plain.join('')
    : `${plain.slice(0, SUBJECT_LENGTH - 3).join('')}...`;
}
