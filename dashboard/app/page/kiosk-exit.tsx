import { Button } from '@mantine/core';
import { useEffect } from 'react';

/** The way back from the page for a screen on the wall: Escape, or a button that shows itself when it is needed. */
export function KioskExit({ onLeave }: { readonly onLeave: () => void }) {
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') onLeave();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onLeave]);
  return (
    <Button className="kiosk-exit" size="xs" onClick={onLeave}>
      Leave the kiosk (Esc)
    </Button>
  );
}
