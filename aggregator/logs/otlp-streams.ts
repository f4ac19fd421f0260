import { type Labels, labelsFromPairs, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Attribute } from '@tocsin/protocol/otlp/any-value.ts';
import { anyValueText } from '@tocsin/protocol/otlp/any-value-text.ts';
import type { LogRecord, LogsRequest } from '@tocsin/protocol/otlp/log-record.ts';
import { attributeLabels } from '@tocsin/protocol/otlp/prometheus/attribute-labels.ts';
import { severityLevel } from '@tocsin/protocol/otlp/severity.ts';
import type { LogEntry, LogStream } from './log-entry.ts';
import { SERVICE_NAME, UNKNOWN_SERVICE } from './stream-labels.ts';

/** Resource attributes that have few values and so become labels of the stream, as Loki does by default. */
const STREAM_LABELS = new Set([
  SERVICE_NAME,
  'service_namespace',
  'service_instance_id',
  'deployment_environment',
  'deployment_environment_name',
  'k8s_namespace_name',
  'layer',
]);

const LAYERS = new Set(['business', 'usage', 'system']);

/**
 * OTLP log records as streams: who sent it, level and layer are labels; attributes, ids and severity are structured
 * metadata; the body is the line. `nowNs` dates records that carry no time.
 */
export function otlpLogStreams(request: LogsRequest, nowNs: bigint): LogStream[] {
  const streams = new Map<string, { labels: Labels; entries: LogEntry[] }>();
  for (const { resource, scopeLogs } of request.resourceLogs) {
    const attributes = attributeLabels(flattened(resource.attributes));
    const labels = new Map([[SERVICE_NAME, UNKNOWN_SERVICE]]);
    const rest = new Map<string, string>();
    for (const [name, value] of attributes) (STREAM_LABELS.has(name) ? labels : rest).set(name, value);
    if (labels.get(SERVICE_NAME) === '') labels.set(SERVICE_NAME, UNKNOWN_SERVICE);
    for (const { scope, records } of scopeLogs) {
      const shared = scope.name === '' ? rest : new Map([...rest, ['scope_name', scope.name]]);
      for (const record of records) {
        const own = streamLabels(labels, record);
        const key = labelsKey(own);
        let stream = streams.get(key);
        if (stream === undefined) {
          stream = { labels: own, entries: [] };
          streams.set(key, stream);
        }
        stream.entries.push(toEntry(record, shared, nowNs));
      }
    }
  }
  return [...streams.values()];
}

function streamLabels(resource: ReadonlyMap<string, string>, record: LogRecord): Labels {
  const layer = record.attributes.find(({ key }) => key === 'layer');
  const ownLayer = layer === undefined ? '' : anyValueText(layer.value);
  return labelsFromPairs([
    ...resource,
    ['level', severityLevel(record.severityNumber, record.severityText)],
    ...(LAYERS.has(ownLayer) ? [['layer', ownLayer] as const] : []),
  ]);
}

function toEntry(record: LogRecord, shared: ReadonlyMap<string, string>, nowNs: bigint): LogEntry {
  const { timeNs, observedTimeNs, severityNumber, severityText, traceId, spanId, eventName } = record;
  const metadata: [string, string][] = [...shared, ...attributeLabels(flattened(record.attributes))];
  if (severityNumber !== 0) metadata.push(['severity_number', String(severityNumber)]);
  metadata.push(['severity_text', severityText], ['event_name', eventName]);
  metadata.push(['trace_id', traceId], ['span_id', spanId]);
  return {
    timestampNs: timeNs || observedTimeNs || nowNs,
    line: anyValueText(record.body),
    structuredMetadata: labelsFromPairs(metadata.filter(([, value]) => value !== '')),
  };
}

/** `{http: {route: "/x"}}` is found as `http_route`, not by a piece of JSON. */
function flattened(attributes: readonly Attribute[], prefix = ''): Attribute[] {
  return attributes.flatMap(({ key, value }) =>
    value.kind === 'map' && value.entries.length > 0
      ? flattened(value.entries, `${prefix}${key}.`)
      : [{ key: prefix + key, value }],
  );
}
