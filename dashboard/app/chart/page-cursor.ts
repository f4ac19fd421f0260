import { createFrameQueue, type FrameQueue } from './frame-queue.ts';

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
  /** For what follows the cursor and is dear to draw: the numbers beside charts that are not pointed at. */
  readonly later: FrameQueue;
}

/** Legends of ten numbers whose layout and painting leave a frame of 60 a second time for the rest. */
const legendsPerFrame = 3;

/** Listeners are told once a frame at most, just before it is drawn. */
export function createPageCursor(): PageCursorStore {
  let cursor: PageCursor = { seconds: null, brush: null };
  let isTold = true;
  const listeners = new Set<() => void>();
  const tell = () => {
    isTold = true;
    for (const listener of listeners) listener();
  };
  const replace = (next: PageCursor) => {
    if (next.seconds === cursor.seconds && next.brush === cursor.brush) return;
    cursor = next;
    if (isTold) requestAnimationFrame(tell);
    isTold = false;
  };
  return {
    later: createFrameQueue(legendsPerFrame, (work) => requestAnimationFrame(work)),
    get: () => cursor,
    point: (seconds) => replace({ ...cursor, seconds }),
    drag: (brush) => replace({ ...cursor, brush }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
