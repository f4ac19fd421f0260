import { expandStructure } from '../expand-structure.ts';
import type { Renderer } from '../renderer.ts';
import type { JsonObject } from '../stored-payload.ts';

const DEFAULTS: Readonly<Record<string, string>> = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
};

/** Details of an event: what the entry says over the defaults, templates expanded at any depth. */
export function pagerdutyDetails(own: Readonly<Record<string, unknown>>, renderer: Renderer): JsonObject {
  const expanded = Object.entries({ ...DEFAULTS, ...own }).map(
    ([name, value]) => [name, expandStructure(value, renderer)] as const,
  );
  return Object.fromEntries(expanded);
}
