import { lazy, memo, Suspense } from 'react';
import { CrashGuard } from '../page/crash-guard.tsx';
import { useParameter } from '../page/use-parameter.ts';
import { parseInterval } from './interval-text.ts';

const MovedSection = lazy(() => import('./moved-section.tsx'));

/** Where "what else moved" stands when an interval was asked for; the address keeps it. */
export const MovedPlace = memo(function MovedPlace() {
  const [text, setText] = useParameter('moved');
  const interval = parseInterval(text);
  if (interval === undefined) return null;
  return (
    <CrashGuard key={text} what="What else moved">
      <Suspense>
        <MovedSection interval={interval} onClose={() => setText('', 'push')} />
      </Suspense>
    </CrashGuard>
  );
});
