import type { AnyValue } from './any-value.ts';
import { bytesToBase64 } from './byte-text.ts';

/**
 * The value as text: strings as they are, everything else as JSON writes it (the OpenTelemetry specification's
 * "Representing attributes as strings"). An empty value is the empty text.
 */
export function anyValueText(value: AnyValue): string {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'empty') return '';
  if (value.kind === 'bytes') return bytesToBase64(value.value);
  return jsonText(value);
}

function jsonText(value: AnyValue): string {
  switch (value.kind) {
    case 'empty':
      return 'null';
    case 'string':
      return JSON.stringify(value.value);
    case 'bytes':
      return JSON.stringify(bytesToBase64(value.value));
    case 'bool':
    case 'int':
      return String(value.value);
    case 'double':
      return Number.isFinite(value.value) ? String(value.value) : JSON.stringify(String(value.value));
    case 'array':
      return `[${value.values.map(jsonText).join(',')}]`;
    case 'map':
      return `{${value.entries.map(({ key, value: entry }) => `${JSON.stringify(key)}:${jsonText(entry)}`).join(',')}}`;
  }
}
