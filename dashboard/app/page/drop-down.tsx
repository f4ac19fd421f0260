import { lazy, type ReactElement, type ReactNode, type RefObject, Suspense, useRef, useState } from 'react';

const fetchBody = () => import('./drop-down-body.tsx');
const DropDownBody = lazy(fetchBody);

/** What the button that opens it must be given. */
export interface DropDownButton {
  readonly ref: RefObject<HTMLButtonElement | null>;
  readonly 'aria-haspopup': 'dialog';
  readonly 'aria-expanded': boolean;
  readonly onClick: () => void;
  readonly onPointerEnter: () => void;
  readonly onFocus: () => void;
}

interface Props {
  /** Names what opens, for those who do not see it. */
  readonly label: string;
  readonly width?: number | undefined;
  readonly button: (props: DropDownButton) => ReactElement;
  readonly children: (close: () => void) => ReactNode;
}

/** A button and what opens below it, which is fetched when the button is about to be pressed. */
export function DropDown({ label, width, button, children }: Props) {
  const ref = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [isWanted, setWanted] = useState(false);
  const prefetch = () => void fetchBody().catch(() => undefined);
  return (
    <>
      {button({
        ref,
        'aria-haspopup': 'dialog',
        'aria-expanded': isOpen,
        onClick: () => {
          setWanted(true);
          setOpen(!isOpen);
        },
        onPointerEnter: prefetch,
        onFocus: prefetch,
      })}
      {isWanted ? (
        <Suspense>
          <DropDownBody label={label} button={ref} width={width} isOpen={isOpen} setOpen={setOpen}>
            {children(() => setOpen(false))}
          </DropDownBody>
        </Suspense>
      ) : null}
    </>
  );
}
