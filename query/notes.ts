import { formatPosition, type Position } from '@tocsin/protocol/promql/position.ts';
import { type FallenCounts, RaisedCounts } from './histogram/raised-counts.ts';

const NOTES_MAX = 10;
// Beyond this many the number that is left out is only the least.
const TAKEN_MAX = 10_000;

/** Texts, each with where in the query what it speaks of begins. */
export type NoteList = readonly (readonly [text: string, start: number])[];

/** The annotations of one query: warnings and infos, each text once, with the position it was last said of. */
export class Notes {
  readonly query: string;
  readonly #warnings = new Map<string, number>();
  readonly #infos = new Map<string, number>();
  /** What texts of the infos go on with. */
  readonly #raisedCounts = new Map<string, RaisedCounts>();

  constructor(query: string) {
    this.query = query;
  }

  warn(text: string, position: Position): void {
    this.#warnings.set(`PromQL warning: ${text}`, position.start);
  }

  info(text: string, position: Position): void {
    this.#infos.set(`PromQL info: ${text}`, position.start);
  }

  /** The info that counts of a classic histogram fell at that time, which says of all of the same text how far. */
  raisedCounts(text: string, position: Position, fallen: FallenCounts, timeMs: number): void {
    this.info(text, position);
    const key = `PromQL info: ${text}`;
    let raised = this.#raisedCounts.get(key);
    if (raised === undefined) {
      raised = new RaisedCounts();
      this.#raisedCounts.set(key, raised);
    }
    raised.add(fallen, timeMs);
  }

  /** Takes over the annotations of a part of the query. */
  take(warnings: NoteList, infos: NoteList): void {
    for (const [text, start] of warnings) this.#warnings.set(text, start);
    for (const [text, start] of infos) this.#infos.set(text, start);
  }

  get allWarnings(): NoteList {
    return [...this.#warnings].slice(0, TAKEN_MAX);
  }

  get allInfos(): NoteList {
    return [...this.#infos].slice(0, TAKEN_MAX);
  }

  get warnings(): readonly string[] {
    return this.#capped(this.#warnings, 'warning');
  }

  get infos(): readonly string[] {
    return this.#capped(this.#infos, 'info');
  }

  // As many as Prometheus returns; a query over thousands of series would say the same thousands of times.
  #capped(notes: ReadonlyMap<string, number>, what: string): string[] {
    const texts = [...notes].slice(0, NOTES_MAX).map(([text, start]) => {
      const raised = this.#raisedCounts.get(text);
      return `${text}${raised ? `, ${raised}` : ''} (${formatPosition(this.query, start)})`;
    });
    if (notes.size > NOTES_MAX) texts.push(`${notes.size - NOTES_MAX} more ${what} annotations omitted`);
    return texts;
  }
}
