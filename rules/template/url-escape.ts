const UNRESERVED = /[\w.~-]/;
const RESERVED = /[!#$&*+,/:;=?@[\]]/;

/**
 * Text inside of an address, as Go's html/template writes it: bytes that no address holds are escaped, with reserved ones
 * too where the text is one component. An escape that is there already stays in the first case.
 */
export function escapeUrl(text: string, kept: 'reserved' | 'nothing'): string {
  let result = '';
  const bytes = Buffer.from(text);
  for (const [i, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const isEscape = character === '%' && /^[\da-f]{2}$/i.test(bytes.toString('latin1', i + 1, i + 3));
    const isKept =
      UNRESERVED.test(character) || (kept === 'reserved' && (RESERVED.test(character) || isEscape));
    result += isKept ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return result;
}
