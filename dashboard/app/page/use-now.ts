import { useCallback, useEffect, useState } from 'react';
import { serverNow } from '../api/server-clock.ts';
import { firstMoment } from '../begin/first-moment.ts';

/** The server's time, refreshed every `seconds` while the tab is visible; a hidden tab asks for nothing. */
export function useNow(seconds: number): readonly [number, () => void] {
  const [nowMs, setNow] = useState(firstMoment);
  const tick = useCallback(() => setNow(serverNow()), []);

  useEffect(() => {
    if (seconds === 0) return;
    const tickIfSeen = () => {
      if (!document.hidden) tick();
    };
    const timer = setInterval(tickIfSeen, seconds * 1000);
    document.addEventListener('visibilitychange', tickIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tickIfSeen);
    };
  }, [seconds, tick]);

  return [nowMs, tick];
}
