/** An expression RE2 refuses, in the words of Go's regexp package, so that users find them documented. */
export class RegexError extends Error {
  constructor(detail: string, part: string) {
    super(`error parsing regexp: ${detail}: \`${part}\``);
    this.name = 'RegexError';
  }
}
