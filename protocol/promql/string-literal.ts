const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

/**
 * The value of a quoted string with Go's escapes, or an error text. `quoted` includes the quotes; backquotes
 * hold raw text. Byte escapes (`\xff`, `\377`) make UTF-8; a byte
 * that is not part of UTF-8 becomes the lone surrogate U+DC00 + byte, which no label or value has.
 */
export function unquote(quoted: string): { readonly value: string } | { readonly error: string } {
  const quote = quoted[0]!;
  const body = quoted.slice(1, -1);
  if (quote === '`' || !body.includes('\\')) return { value: body };
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < body.length; ) {
    if (body[i] !== '\\') {
      const next = body.indexOf('\\', i);
      const end = next < 0 ? body.length : next;
      for (const byte of encoder.encode(body.slice(i, end))) bytes.push(byte);
      i = end;
      continue;
    }
    const found = readEscape(body, i + 1, quote);
    if (found === null) return { error: `unknown escape sequence ${JSON.stringify(body.slice(i, i + 2))}` };
    if (found.byte) bytes.push(found.code);
    else for (const byte of encoder.encode(String.fromCodePoint(found.code))) bytes.push(byte);
    i = found.end;
  }
  return { value: decode(Uint8Array.from(bytes)) };
}

function decode(bytes: Uint8Array): string {
  const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
  try {
    return strict.decode(bytes);
  } catch {
    let text = '';
    for (let i = 0; i < bytes.length; ) {
      const length = characterLength(bytes, i);
      text +=
        length === 0 ? String.fromCharCode(0xdc00 + bytes[i]!) : strict.decode(bytes.subarray(i, i + length));
      i += Math.max(1, length);
    }
    return text;
  }
}

/** How many bytes the character at `at` has; 0 when there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  try {
    new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/** In double quotes as Go's `%q` writes it, bytes that are not UTF-8 as `\\xff`. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(ESCAPE, (escaped, byte?: string, control?: string) => {
    if (control === '07') return '\\a';
    if (control === '0b') return '\\v';
    const digits = byte ?? control;
    return digits === undefined ? escaped : `\\x${digits}`;
  });
}

// In JSON: an escaped backslash, which is left alone; a byte that is no UTF-8; a control character.
const ESCAPE = /\\(?:\\|udc([89a-f][0-9a-f])|u00([01][0-9a-f]))/g;

interface Escape {
  readonly code: number;
  readonly byte: boolean;
  readonly end: number;
}

function readEscape(body: string, at: number, quote: string): Escape | null {
  const char = body[at];
  if (char === undefined) return null;
  const digits = { x: 2, u: 4, U: 8 }[char];
  if (digits !== undefined) {
    const text = body.slice(at + 1, at + 1 + digits);
    const code = Number.parseInt(text, 16);
    if (text.length !== digits || !/^[0-9a-fA-F]+$/.test(text) || code > 0x10ffff) return null;
    if (char !== 'x' && code >= 0xd800 && code <= 0xdfff) return null;
    return { code, byte: char === 'x', end: at + 1 + digits };
  }
  const octal = /^[0-3][0-7]{2}/.exec(body.slice(at, at + 3));
  if (octal !== null) return { code: Number.parseInt(octal[0], 8), byte: true, end: at + 3 };
  if ((char === "'" || char === '"') && char !== quote) return null;
  const simple = SIMPLE[char];
  return simple === undefined ? null : { code: simple, byte: false, end: at + 1 };
}
