import { useSyncExternalStore } from 'react';
import { formatMoment } from '../time/clock-text.ts';
import { usePage } from './page-context.ts';

/** The moment the reader points at, or the window's end. */
export function CursorTime() {
  const { cursor, window, nowMs } = usePage();
  const { seconds, brush } = useSyncExternalStore(cursor.subscribe, cursor.get);
  const text =
    brush !== null
      ? `${formatMoment(brush[0] * 1000, nowMs)} – ${formatMoment(brush[1] * 1000, nowMs)}`
      : formatMoment(seconds === null ? window.toMs : seconds * 1000, nowMs);
  return (
    <time
      className={seconds === null ? 'cursor-time' : 'cursor-time cursor-time-set'}
      title="Time at the cursor"
    >
      {text}
    </time>
  );
}
