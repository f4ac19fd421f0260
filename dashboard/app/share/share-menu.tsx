import { ActionIcon, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { DropDown } from '../page/drop-down.tsx';
import { Icon } from '../page/icon.tsx';

const ShareContent = lazy(() => import('./share-content.tsx'));

/** What can be given to others of what is shown; fetched when it is opened. */
export function ShareMenu() {
  return (
    <DropDown
      label="Share"
      width={360}
      button={(props) => (
        <ActionIcon {...props} variant="default" aria-label="Share" title="Share what is shown">
          <Icon name="share" />
        </ActionIcon>
      )}
    >
      {(close) => (
        <Suspense fallback={<Skeleton height={120} />}>
          <ShareContent onClose={close} />
        </Suspense>
      )}
    </DropDown>
  );
}
