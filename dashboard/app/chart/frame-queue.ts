/** Work that may come a few frames late, so that no frame holds too much of it. */
export interface FrameQueue {
  /** Does `work` in one of the next frames; newer work of the same owner takes the place of the older. */
  add(owner: object, work: () => void): void;
  drop(owner: object): void;
}

/** At most `perFrame` pieces are done before a frame is drawn, those that wait longest first. */
export function createFrameQueue(perFrame: number, nextFrame: (work: () => void) => void): FrameQueue {
  const waiting = new Map<object, () => void>();
  let isAwake = false;
  const wake = () => {
    if (isAwake || waiting.size === 0) return;
    isAwake = true;
    nextFrame(() => {
      isAwake = false;
      for (const [owner, work] of [...waiting].slice(0, perFrame)) {
        waiting.delete(owner);
        work();
      }
      wake();
    });
  };
  return {
    add(owner, work) {
      waiting.set(owner, work);
      wake();
    },
    drop: (owner) => void waiting.delete(owner),
  };
}
