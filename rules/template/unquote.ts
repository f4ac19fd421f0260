/** Go's string and character constants to text (strconv.Unquote); null when an escape is not Go's. */
export function unquote(quoted: string): string | null {
  const quote = quoted[0];
  const body = quoted.slice(1, -1);
  if (quote === '`') return body.replaceAll('\r', '');
  let result = '';
  // \x and octal escapes are bytes: several of them may make one character.
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) result += Buffer.from(bytes).toString('utf8');
    bytes = [];
  };
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== '\\') {
      flush();
      result += body[i];
      continue;
    }
    const letter = body[++i];
    const simple = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }[
      letter ?? ''
    ];
    if (simple !== undefined || letter === quote) {
      flush();
      result += simple ?? letter;
      continue;
    }
    const width = { x: 2, u: 4, U: 8 }[letter ?? ''];
    if (width !== undefined) {
      const hex = body.slice(i + 1, i + 1 + width);
      if (hex.length !== width || !/^[0-9a-fA-F]+$/.test(hex)) return null;
      const code = Number.parseInt(hex, 16);
      i += width;
      if (letter === 'x') bytes.push(code);
      else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return null;
      else {
        flush();
        result += String.fromCodePoint(code);
      }
      continue;
    }
    const octal = body.slice(i, i + 3);
    if (!/^[0-3][0-7]{2}$/.test(octal)) return null;
    bytes.push(Number.parseInt(octal, 8));
    i += 2;
  }
  flush();
  return result;
}
