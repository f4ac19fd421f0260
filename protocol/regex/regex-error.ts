/** An expression RE2 refuses, in the words of Go's regexp package, so that users find them documented. */
export class RegexError extends Error {
  constructor(source: string, detail: string) {
    super(`error parsing regexp: ${detail}${detail.includes('`') ? '' : `: \`${source}\``}`);
    this.name = 'RegexError';
  }
}
