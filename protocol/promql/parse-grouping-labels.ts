import type { TokenReader } from './token-reader.ts';

/** `(a, b, "c.d")`, a comma at the end allowed. Keywords may be label names. */
export function parseGroupingLabels(reader: TokenReader): string[] {
  const where = 'grouping opts';
  if (!reader.at('(')) throw reader.unexpected(where, '"("');
  reader.take();
  const labels: string[] = [];
  while (!reader.at(')')) {
    const token = reader.peek();
    if (token.kind === 'string') {
      const label = reader.takeString(where);
      if (label === '') throw reader.error(token, `invalid label name for grouping: ${token.text}`);
      labels.push(label);
    } else if (token.kind === 'identifier' && !token.text.includes(':')) {
      labels.push(reader.take().text);
    } else {
      throw reader.unexpected(where, 'label');
    }
    if (!reader.takeIf(',')) break;
  }
  if (!reader.at(')')) throw reader.unexpected(where, '"," or ")"');
  reader.take();
  return labels;
}
