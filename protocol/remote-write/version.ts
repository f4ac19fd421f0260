/** The versions of the Prometheus remote-write protocol spoken here. */
export type RemoteWriteVersion = '1.0' | '2.0';

export const CONTENT_TYPES: Readonly<Record<RemoteWriteVersion, string>> = {
  '1.0': 'application/x-protobuf;proto=prometheus.WriteRequest',
  '2.0': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
};

export const VERSION_HEADER = 'x-prometheus-remote-write-version';

/** What goes into the version header. */
export const VERSION_VALUES: Readonly<Record<RemoteWriteVersion, string>> = {
  '1.0': '0.1.0',
  '2.0': '2.0.0',
};

/**
 * The version a request's content type asks for; null when it is none of them, which is answered with 415.
 * Without a `proto` parameter, or without a content type at all, it is 1.0 (remote write 2.0 specification, "Protocol").
 */
export function versionOf(contentType: string | undefined): RemoteWriteVersion | null {
  if (contentType === undefined || contentType.trim() === '') return '1.0';
  const [media, ...parameters] = contentType.split(';').map((part) => part.trim());
  if (media!.toLowerCase() !== 'application/x-protobuf') return null;
  for (const parameter of parameters) {
    const [name, value] = parameter.split('=').map((part) => part.trim().replace(/^"|"$/g, ''));
    if (name!.toLowerCase() !== 'proto') continue;
    if (value === 'prometheus.WriteRequest') return '1.0';
    return value === 'io.prometheus.write.v2.Request' ? '2.0' : null;
  }
  return '1.0';
}
