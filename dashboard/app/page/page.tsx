import { useComputedColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { isRange } from '../address/address.ts';
import { createPageCursor } from '../chart/page-cursor.ts';
import { liveFeed } from '../live/page-feed.ts';
import type { Interval } from '../moved/find-moved.ts';
import { intervalText } from '../moved/interval-text.ts';
import { MovedPlace } from '../moved/moved-place.tsx';
import { rangeSecondsMin, type TimeRange, widened, windowOf } from '../time/range.ts';
import { Header } from './header.tsx';
import { KioskExit } from './kiosk-exit.tsx';
import { OutageNotice } from './outage-notice.tsx';
import { PageContext, type PageContextValue } from './page-context.ts';
import { PageRoutes } from './page-routes.tsx';
import { useAddress } from './use-address.ts';
import { useBands } from './use-bands.ts';
import { useNow } from './use-now.ts';
import { useParameter } from './use-parameter.ts';

const zoomsKept = 50;

/** What every page has in common: the header, one time axis, one cursor. */
export function Page() {
  const [state, change] = useAddress();
  const { range } = state;
  const [nowMs, tick] = useNow(state.refreshSeconds);
  const queries = useQueryClient();
  // Asked for once: each asking listens to the system's preference for itself.
  const scheme = useComputedColorScheme('light');
  const [cursor] = useState(createPageCursor);
  const earlier = useRef<TimeRange[]>([]);
  // A fixed window does not move with the clock, and must not be asked for again as it ticks.
  const windowNowMs = range.kind === 'last' ? nowMs : 0;
  const window = useMemo(() => windowOf(range, windowNowMs), [range, windowNowMs]);
  const isLive = range.kind === 'last' && state.refreshSeconds > 0;
  const throughSeconds = useSyncExternalStore(liveFeed.subscribe, liveFeed.throughSeconds);
  const liveMs = isLive ? Math.max(windowNowMs, throughSeconds * 1000) : windowNowMs;
  const liveWindow = useMemo(
    () => (liveMs === windowNowMs ? window : windowOf(range, liveMs)),
    [window, range, liveMs, windowNowMs],
  );
  const bands = useBands(window);

  const refresh = useCallback(() => {
    tick();
    void queries.invalidateQueries();
  }, [tick, queries]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what failed is asked again at every tick of the clock
  useEffect(() => {
    void queries.refetchQueries({ type: 'active', predicate: ({ state: { status } }) => status === 'error' });
  }, [nowMs, queries]);

  const setRange = useCallback(
    (next: TimeRange) => {
      earlier.current = [];
      change({ range: next }, 'push');
      tick();
    },
    [change, tick],
  );
  const zoom = useCallback(
    (fromMs: number, toMs: number) => {
      const least = rangeSecondsMin * 1000;
      const end = Math.max(toMs, fromMs + least);
      if (!isRange(fromMs, end)) return;
      earlier.current = [...earlier.current.slice(-zoomsKept), range];
      change({ range: { kind: 'between', fromMs: Math.round(fromMs), toMs: Math.round(end) } }, 'push');
    },
    [change, range],
  );
  const zoomBack = useCallback(() => {
    const before = earlier.current.pop();
    const next = before ?? widened(window, nowMs);
    if (next.kind === 'between' && !isRange(next.fromMs, next.toMs)) return;
    change({ range: next }, 'push');
  }, [change, window, nowMs]);
  const [kiosk, setKiosk] = useParameter('kiosk');
  const leaveKiosk = useCallback(() => setKiosk(''), [setKiosk]);
  const [, setMoved] = useParameter('moved');
  const askMoved = useCallback(
    (interval: Interval) => {
      setMoved(intervalText(interval), 'push');
      scrollTo({ top: 0 });
    },
    [setMoved],
  );
  const openQuery = useCallback(
    (query: string) => {
      change({ query }, 'push');
      scrollTo({ top: 0 });
    },
    [change],
  );

  const value = useMemo<PageContextValue>(
    () => ({
      state,
      change,
      window,
      liveWindow,
      isLive,
      nowMs,
      scheme,
      cursor,
      bands,
      refresh,
      setRange,
      zoom,
      zoomBack,
      canZoomBack: earlier.current.length > 0,
      askMoved,
      openQuery,
    }),
    [
      state,
      change,
      window,
      liveWindow,
      isLive,
      nowMs,
      scheme,
      cursor,
      bands,
      refresh,
      setRange,
      zoom,
      zoomBack,
      askMoved,
      openQuery,
    ],
  );

  return (
    <PageContext value={value}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      {kiosk === '' ? <Header /> : <KioskExit onLeave={leaveKiosk} />}
      <main
        id="main"
        tabIndex={-1}
        className={`page${state.layout === 'stack' ? ' page-stack' : ''}${kiosk === '' ? '' : ' page-kiosk'}`}
      >
        <OutageNotice />
        <MovedPlace />
        <PageRoutes />
      </main>
    </PageContext>
  );
}
