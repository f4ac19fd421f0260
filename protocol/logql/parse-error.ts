import { formatPosition, type Position } from '../promql/position.ts';

/** Why a query is not LogQL, or not LogQL that is answered here. The message has Loki's form. */
export class LogqlParseError extends Error {
  readonly position: Position;
  /** The message without the position. */
  readonly detail: string;

  constructor(query: string, position: Position, detail: string) {
    const [line, column] = formatPosition(query, position.start).split(':');
    super(`parse error at line ${line}, col ${column}: ${detail}`);
    this.name = 'LogqlParseError';
    this.position = position;
    this.detail = detail;
  }
}
