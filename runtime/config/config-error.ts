/** Something wrong in a file a person wrote. Printed as one line: file, line, what, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  /** 1-based; null when the whole file is meant. */
  readonly line: number | null;
  readonly detail: string;

  constructor(file: string, line: number | null, detail: string) {
    super(`${file}${line === null ? '' : `:${line}`}: ${detail}`);
    this.file = file;
    this.line = line;
    this.detail = detail;
  }
}
