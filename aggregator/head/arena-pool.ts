import { ColumnArena } from './column-arena.ts';

// What most queries need; a larger one is let go of with its query.
const KEPT_ELEMENTS_MAX = 16_384;
const KEPT_MAX = 8;

/** The arenas of one query after the other: a small query costs less than new memory for it. */
export class ArenaPool {
  readonly #arenas: ColumnArena[] = [];
  #taken = 0;

  take(): ColumnArena {
    const known = this.#arenas[this.#taken++];
    if (known !== undefined) return known;
    const arena = new ColumnArena();
    this.#arenas.push(arena);
    return arena;
  }

  /** The query is over, and nothing reads its columns any more. */
  endQuery(): void {
    const taken = Math.min(this.#taken, KEPT_MAX);
    this.#taken = 0;
    if (this.#arenas.length > KEPT_MAX) this.#arenas.length = KEPT_MAX;
    for (let i = 0; i < taken; i++) {
      const arena = this.#arenas[i]!;
      if (arena.heldElements > KEPT_ELEMENTS_MAX) this.#arenas[i] = new ColumnArena();
      else arena.ordered.clear();
    }
  }
}
