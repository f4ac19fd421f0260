import { useEffect, useState } from 'react';
import { begunAnswers } from '../api/begun-answers.ts';

/** Answers that are nearly there are waited for this long. */
const patienceMs = 250;

/** False while answers that were asked for beforehand are nearly there: what they are drawn in is then drawn once instead of twice. */
export function useBegun(): boolean {
  const [isReady, setReady] = useState(() => !begunAnswers.isWaiting());
  useEffect(() => {
    if (isReady) return;
    const end = () => setReady(true);
    const timer = setTimeout(end, patienceMs);
    void begunAnswers.settled().then(end);
    return () => clearTimeout(timer);
  }, [isReady]);
  return isReady;
}
