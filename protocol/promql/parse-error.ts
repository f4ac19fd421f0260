import { formatPosition, type Position } from './position.ts';

/** Why a query is not PromQL, and where. The message has Prometheus' form, `1:5: parse error: ...`. */
export class ParseError extends Error {
  readonly position: Position;
  /** The message without position and prefix. */
  readonly detail: string;

  constructor(query: string, position: Position, detail: string) {
    super(`${formatPosition(query, position.start)}: parse error: ${detail}`);
    this.name = 'ParseError';
    this.position = position;
    this.detail = detail;
  }
}
