import { createContext, useContext } from 'react';
import type { PageState } from '../address/address.ts';
import type { Band } from '../chart/bands.ts';
import type { PageCursorStore } from '../chart/page-cursor.ts';
import type { Interval } from '../moved/find-moved.ts';
import type { TimeRange, TimeWindow } from '../time/range.ts';
import type { ChangeState } from './use-address.ts';

/** What every section of the page shares. */
export interface PageContextValue {
  readonly state: PageState;
  readonly change: ChangeState;
  /** The time shown, as of the last refresh. */
  readonly window: TimeWindow;
  /** The same as of the newest point that was streamed; for charts whose points are. */
  readonly liveWindow: TimeWindow;
  /** Whether charts follow the time. */
  readonly isLive: boolean;
  readonly nowMs: number;
  /** The colours the page is shown in. */
  readonly scheme: 'light' | 'dark';
  readonly cursor: PageCursorStore;
  readonly bands: readonly Band[];
  readonly refresh: () => void;
  readonly setRange: (range: TimeRange) => void;
  readonly zoom: (fromMs: number, toMs: number) => void;
  /** Undoes the last zoom; without one, shows twice the span. */
  readonly zoomBack: () => void;
  readonly canZoomBack: boolean;
  /** Looks for what else was unusual in an interval. */
  readonly askMoved: (interval: Interval) => void;
  /** Shows an expression in the query box. */
  readonly openQuery: (expr: string) => void;
}

export const PageContext = createContext<PageContextValue | null>(null);

export function usePage(): PageContextValue {
  const value = useContext(PageContext);
  if (value === null) throw new Error('Cannot read the page: this component is not inside PageContext');
  return value;
}
