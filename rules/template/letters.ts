const OTHER_LETTER = /^[\p{L}\p{Nd}_]$/u;

/** What a name in a template may hold: a Unicode letter, digit or underscore. */
export function isLetterOrDigit(text: string, at: number): boolean {
  const code = text.codePointAt(at);
  if (code === undefined) return false;
  if (code < 128) {
    return (
      (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
    );
  }
  return OTHER_LETTER.test(String.fromCodePoint(code));
}
