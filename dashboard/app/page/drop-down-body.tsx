import { Popover } from '@mantine/core';
import { type ReactNode, type Ref, type RefObject, useEffect, useImperativeHandle, useState } from 'react';

interface Props {
  readonly label: string;
  readonly button: RefObject<HTMLElement | null>;
  readonly width: number | undefined;
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

/** What opens below a button: it takes the focus, and gives it back to the button. */
export default function DropDownBody({ label, button, width, isOpen, setOpen, children }: Props) {
  // The component notes where the focus was when it opens, and not when it begins open.
  const [isThere, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return (
    <Popover
      opened={isOpen && isThere}
      onChange={setOpen}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      withRoles={false}
      {...(width === undefined ? {} : { width })}
    >
      <Popover.Target>
        <StandIn button={button} />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Stands for the button that was there before. */
function StandIn({
  button,
  ref,
}: {
  readonly button: Props['button'];
  readonly ref?: Ref<HTMLElement | null>;
}) {
  useImperativeHandle<HTMLElement | null, HTMLElement | null>(ref, () => button.current, [button]);
  return null;
}
