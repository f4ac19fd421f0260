import { lazy, Suspense, useRef, useState } from 'react';
import { Icon } from '../page/icon.tsx';

// What places it beside its mark weighs a tenth of the first view, in which nobody points at anything yet.
const HelpText = lazy(() => import('./help-text.tsx'));

/** An explanation that is shown when the mark is pointed at, touched or reached by keyboard. */
export function HelpMark({ text }: { readonly text: string }) {
  const mark = useRef<HTMLSpanElement>(null);
  const [isWanted, setWanted] = useState(false);
  const [isShown, setShown] = useState(false);
  const show = () => {
    setWanted(true);
    setShown(true);
  };
  const hide = () => setShown(false);
  return (
    <>
      <span
        ref={mark}
        className="panel-help"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable by keyboard
        tabIndex={0}
        role="note"
        aria-label={text}
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
      >
        <Icon name="info" size={13} />
      </span>
      {isWanted ? (
        <Suspense>
          <HelpText mark={mark} text={text} isShown={isShown} />
        </Suspense>
      ) : null}
    </>
  );
}
