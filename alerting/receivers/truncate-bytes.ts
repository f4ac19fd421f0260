/** At most `length` bytes of UTF-8, an ellipsis at the end when something was cut off. No character is cut in two. */
export function truncateBytes(text: string, length: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= length) return text;
  const ellipsis = '…';
  let end = Math.max(0, length - Buffer.byteLength(ellipsis));
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end) + ellipsis;
}
