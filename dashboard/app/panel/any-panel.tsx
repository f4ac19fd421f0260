import { memo } from 'react';
import type { Panel } from '../layout/panel.ts';
import { FunnelPanel } from './funnel-panel.tsx';
import { GaugeTile } from './gauge-tile.tsx';
import { TimePanel } from './time-panel.tsx';

/** Draws a panel by what it says it is. */
export const AnyPanel = memo(function AnyPanel({ panel }: { readonly panel: Panel }) {
  switch (panel.draw) {
    case 'funnel':
      return <FunnelPanel panel={panel} />;
    case 'gauge':
      return <GaugeTile panel={panel} />;
    default:
      return <TimePanel panel={panel} />;
  }
});
