/**
 * A label name from a path. Names that would not survive in a URL are written as `U__` with `_<hex>_` for each
 * character outside [a-zA-Z0-9:] and `__` for the underscore (Prometheus' values escaping scheme). What is not
 * well-formed is taken as it stands.
 */
export function unescapeLabelName(text: string): string {
  if (!text.startsWith('U__')) return text;
  const rest = text.slice(3);
  let name = '';
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] !== '_') {
      name += rest[i];
      continue;
    }
    if (rest[i + 1] === '_') {
      name += '_';
      i++;
      continue;
    }
    const hex = /^_([0-9a-fA-F]{1,6})_/.exec(rest.slice(i));
    const codePoint = hex ? Number.parseInt(hex[1]!, 16) : Number.POSITIVE_INFINITY;
    if (!hex || codePoint > 0x10_ff_ff || (codePoint >= 0xd8_00 && codePoint <= 0xdf_ff)) return text;
    name += String.fromCodePoint(codePoint);
    i += hex[0].length - 1;
  }
  return name;
}
