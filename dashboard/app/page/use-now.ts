import { useEffect, useState } from 'react';
import { serverNow } from '../api/ask.ts';

/** The server's time, refreshed every `seconds` while the tab is visible; a hidden tab asks for nothing. */
export function useNow(seconds: number): readonly [number, () => void] {
  const [nowMs, setNow] = useState(serverNow);
  const refresh = () => setNow(serverNow());

  useEffect(() => {
    if (seconds === 0) return;
    const tick = () => {
      if (!document.hidden) setNow(serverNow());
    };
    const timer = setInterval(tick, seconds * 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [seconds]);

  return [nowMs, refresh];
}
