import { formatPosition, type Position } from '@tocsin/protocol/promql/position.ts';

const NOTES_MAX = 10;
// Beyond this many the number that is left out is only the least.
const TAKEN_MAX = 10_000;

/** The annotations of one query: warnings and infos, each text once, with the position it speaks of. */
export class Notes {
  readonly query: string;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();

  constructor(query: string) {
    this.query = query;
  }

  warn(text: string, position: Position): void {
    this.#warnings.add(`PromQL warning: ${text} (${formatPosition(this.query, position.start)})`);
  }

  info(text: string, position: Position): void {
    this.#infos.add(`PromQL info: ${text} (${formatPosition(this.query, position.start)})`);
  }

  /** Takes over the annotations of a part of the query. */
  take(warnings: readonly string[], infos: readonly string[]): void {
    for (const text of warnings) this.#warnings.add(text);
    for (const text of infos) this.#infos.add(text);
  }

  get allWarnings(): readonly string[] {
    return [...this.#warnings].slice(0, TAKEN_MAX);
  }

  get allInfos(): readonly string[] {
    return [...this.#infos].slice(0, TAKEN_MAX);
  }

  get warnings(): readonly string[] {
    return capped(this.#warnings, 'warning');
  }

  get infos(): readonly string[] {
    return capped(this.#infos, 'info');
  }
}

// As many as Prometheus returns; a query over thousands of series would say the same thousands of times.
function capped(texts: ReadonlySet<string>, what: string): string[] {
  const list = [...texts];
  if (list.length <= NOTES_MAX) return list;
  return [...list.slice(0, NOTES_MAX), `${list.length - NOTES_MAX} more ${what} annotations omitted`];
}
