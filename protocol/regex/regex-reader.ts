/** A place in an expression that is being read. */
export interface RegexReader {
  readonly source: string;
  at: number;
}
