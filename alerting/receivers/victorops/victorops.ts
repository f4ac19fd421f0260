import type { TemplateSet } from '@tocsin/rules/template/parser.ts';
import { defaultDescription } from '../default-description.ts';
import { groupKeyHash } from '../group-key-hash.ts';
import type { Integration } from '../integration.ts';
import { createRenderer } from '../renderer.ts';
import { openSecret } from '../secret.ts';
import { describeAnswer, type HttpSendDeps, sendHttp } from '../send-http.ts';
import { storedPayload } from '../stored-payload.ts';
import { truncate } from '../truncate.ts';
import type { VictoropsConfig } from './victorops-config.ts';

// Splunk On-Call's documentation, "Incident fields glossary".
const MESSAGE_LENGTH = 20_480;
const MESSAGE_TYPES = new Set(['INFO', 'WARNING', 'CRITICAL']);

/** Sends events to Splunk On-Call, once VictorOps. The group's hash as entity_id makes a repeated event part of the same incident. */
export function createVictorops(
  config: VictoropsConfig,
  templates: TemplateSet,
  deps: HttpSendDeps,
): Integration {
  return {
    kind: 'victorops',
    sendResolved: config.sendResolved,
    cannotSend: null,
    render(notification) {
      const renderer = createRenderer(templates, notification);
      const { alert } = config;
      const run = (template: string, name: string) =>
        renderer.text(template, `{{ template "victorops.default.${name}" . }}`);
      const type = renderer.text(alert.message_type, 'CRITICAL');
      const firingType = MESSAGE_TYPES.has(type) ? type : 'CRITICAL';
      const custom = Object.entries(alert.custom_fields ?? {});
      const event = {
        message_type: notification.status === 'resolved' ? 'RECOVERY' : firingType,
        entity_id: groupKeyHash(notification.groupKey),
        entity_display_name: run(alert.entity_display_name, 'entity_display_name'),
        state_message: truncate(run(alert.state_message, 'state_message'), MESSAGE_LENGTH),
        monitoring_tool: run(alert.monitoring_tool, 'monitoring_tool'),
        ...Object.fromEntries(custom.map(([name, value]) => [name, renderer.text(value, '')])),
      };
      const payload = { event, routing: renderer.text(alert.routing_key, '') };
      return { ...defaultDescription(renderer), payload, problem: renderer.problem };
    },
    async send(message, _key, signal) {
      const { event = null, routing } = storedPayload(message.payload);
      const key = await openSecret(deps.disk, config.apiKey);
      const request = {
        url: `${config.apiUrl}${pathPart(key)}/${pathPart(String(routing))}`,
        contentType: 'application/json',
        body: JSON.stringify(event),
        timeoutMs: null,
        signal,
      };
      return describeAnswer(await sendHttp(config.http, request, deps));
    },
  };
}

/** As Go writes a path: slashes stay. */
function pathPart(text: string): string {
  return encodeURI(text.toWellFormed()).replace(/[?#]/g, encodeURIComponent);
}
