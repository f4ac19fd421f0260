/**
 * The Prometheus label of an attribute key: what a label name may not hold becomes `_`; a name that would start
 * with a digit or a single `_` gets `key` in front, as Prometheus' OTLP receiver does by default.
 */
export function prometheusLabelName(key: string): string {
  if (key === '') return '';
  const name = key.replace(/[^a-zA-Z0-9_]/gu, '_');
  if (/^\d/.test(name)) return `key_${name}`;
  // Nothing but underscores says nothing and would be taken for one of Prometheus' own.
  return /^_(?!_)|^_+$/.test(name) ? `key${name}` : name;
}
