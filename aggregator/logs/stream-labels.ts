import { getLabel, type Labels, withLabel } from '@tocsin/protocol/labels/labels.ts';

export const SERVICE_NAME = 'service_name';
export const UNKNOWN_SERVICE = 'unknown_service';

/** The labels by which senders of Loki's push API name the service, best first. */
const SERVICE_SOURCES = [
  'service',
  'app',
  'application',
  'name',
  'app_kubernetes_io_name',
  'container',
  'job',
];

/** A stream always says whose it is, since that is what people look for first. */
export function withServiceName(labels: Labels): Labels {
  if (getLabel(labels, SERVICE_NAME) !== '') return labels;
  const source = SERVICE_SOURCES.find((name) => getLabel(labels, name) !== '');
  return withLabel(labels, SERVICE_NAME, source === undefined ? UNKNOWN_SERVICE : getLabel(labels, source));
}
