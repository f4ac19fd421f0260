import { ActionIcon, Popover, Skeleton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Icon } from '../page/icon.tsx';

const ShareContent = lazy(() => import('./share-content.tsx'));

/** What can be given to others of what is shown; fetched when it is opened. */
export function ShareMenu() {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      width={360}
    >
      <Popover.Target>
        <ActionIcon
          variant="default"
          aria-label="Share"
          title="Share what is shown"
          onClick={() => setOpen(!open)}
        >
          <Icon name="share" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Suspense fallback={<Skeleton height={120} />}>
          <ShareContent onClose={() => setOpen(false)} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
