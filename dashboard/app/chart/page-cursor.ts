/** The moment the reader points at, and what is being brushed; one for all charts of the page. Times in seconds. */
export interface PageCursor {
  readonly seconds: number | null;
  /** The brushed interval while it is being dragged. */
  readonly brush: readonly [number, number] | null;
}

export interface PageCursorStore {
  get(): PageCursor;
  point(seconds: number | null): void;
  drag(brush: readonly [number, number] | null): void;
  subscribe(listener: () => void): () => void;
}

export function createPageCursor(): PageCursorStore {
  let cursor: PageCursor = { seconds: null, brush: null };
  const listeners = new Set<() => void>();
  const replace = (next: PageCursor) => {
    if (next.seconds === cursor.seconds && next.brush === cursor.brush) return;
    cursor = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => cursor,
    point: (seconds) => replace({ ...cursor, seconds }),
    drag: (brush) => replace({ ...cursor, brush }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
