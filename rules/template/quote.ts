const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** A Go string or character constant (strconv.Quote). `ascii` escapes all that is not ASCII. */
export function quote(text: string, mark: '"' | "'" = '"', ascii = false): string {
  let result = mark as string;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === mark) result += `\\${mark}`;
    else if (SHORT[character] !== undefined) result += SHORT[character];
    else if (code < 0x20 || code === 0x7f) result += `\\x${code.toString(16).padStart(2, '0')}`;
    else if ((ascii && code > 0x7e) || UNPRINTABLE.test(character)) {
      result +=
        code > 0xffff
          ? `\\U${code.toString(16).padStart(8, '0')}`
          : `\\u${code.toString(16).padStart(4, '0')}`;
    } else result += character;
  }
  return result + mark;
}
