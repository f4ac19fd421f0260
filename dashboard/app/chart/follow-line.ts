/** The cursor's line in a chart that another one's pointer is shown in. */
export interface FollowLine {
  /** `left` in pixels from the drawing's left edge; nothing is shown outside `width`, nor for null. */
  show(left: number | null, width: number): void;
  remove(): void;
}

/** One element that is moved: the points of every line in every chart would cost more than the frame they are shown in has. */
export function createFollowLine(over: HTMLElement): FollowLine {
  const line = document.createElement('div');
  line.className = 'chart-follow';
  line.hidden = true;
  over.append(line);
  let shown: number | null = null;
  return {
    show(left, width) {
      const next = left === null || left < 0 || left > width ? null : left;
      if (next === shown) return;
      if ((next === null) !== (shown === null)) line.hidden = next === null;
      if (next !== null) line.style.transform = `translateX(${next}px)`;
      shown = next;
    },
    remove: () => line.remove(),
  };
}
