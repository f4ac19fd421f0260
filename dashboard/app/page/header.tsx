import { ActionIcon, Button, NativeSelect, useMantineColorScheme } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'react-router';
import { refreshChoices, timeAddress } from '../address/address.ts';
import type { Interval } from '../moved/find-moved.ts';
import { ShareMenu } from '../share/share-menu.tsx';
import { formatSpan, type TimeWindow } from '../time/range.ts';
import { BrandMark } from './brand-mark.tsx';
import { CursorTime } from './cursor-time.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';
import { PageNav } from './page-nav.tsx';
import { RangePicker } from './range-picker.tsx';

/** What stays in sight: where one is, which time is shown, and how. */
export const Header = memo(function Header() {
  const { state, change, window, scheme, refresh, zoomBack, canZoomBack, askMoved } = usePage();
  const { setColorScheme } = useMantineColorScheme();
  const otherScheme = scheme === 'dark' ? 'light' : 'dark';
  const otherLayout = state.layout === 'grid' ? 'stack' : 'grid';
  return (
    <header className="header">
      <Link
        className="brand"
        to={{ pathname: '/', search: timeAddress(state) }}
        aria-label="Tocsin, first page"
      >
        <BrandMark />
        <span>Tocsin</span>
      </Link>
      <PageNav />
      <div className="controls">
        <CursorTime />
        <ActionIcon
          variant="default"
          onClick={zoomBack}
          aria-label={canZoomBack ? 'Undo the zoom' : 'Zoom out'}
          title={
            canZoomBack ? 'Undo the zoom (or double-click a chart)' : 'Zoom out (or double-click a chart)'
          }
        >
          <Icon name="back" />
        </ActionIcon>
        <Button
          size="compact-sm"
          fz="xs"
          fw={500}
          variant="default"
          onClick={() => askMoved(lastPart(window, state.range.kind))}
          title="What was unusual in the time shown (or hold Shift and drag over a chart)"
        >
          What moved?
        </Button>
        <RangePicker />
        <NativeSelect
          size="xs"
          aria-label="Refresh"
          value={String(state.refreshSeconds)}
          onChange={(event) => change({ refreshSeconds: Number(event.currentTarget.value) }, 'replace')}
          data={refreshChoices.map((seconds) => ({
            value: String(seconds),
            label: seconds === 0 ? 'no refresh' : `every ${formatSpan(seconds)}`,
          }))}
        />
        <ActionIcon variant="default" onClick={refresh} aria-label="Refresh now" title="Refresh now">
          <Icon name="refresh" />
        </ActionIcon>
        <ActionIcon
          variant="default"
          className="wide-only"
          onClick={() => change({ layout: otherLayout }, 'replace')}
          aria-label={otherLayout === 'stack' ? 'Show charts under each other' : 'Show charts side by side'}
          title={otherLayout === 'stack' ? 'Charts under each other, on one axis' : 'Charts side by side'}
        >
          <Icon name={otherLayout} />
        </ActionIcon>
        <ShareMenu />
        <ActionIcon
          variant="default"
          onClick={() => setColorScheme(otherScheme)}
          aria-label={`Switch to ${otherScheme} colours`}
          title={`Switch to ${otherScheme} colours`}
        >
          <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
        </ActionIcon>
      </div>
    </header>
  );
});

/** A chosen time is what is asked about; of a running one it is the newest quarter, against what came before. */
function lastPart({ fromMs, toMs }: TimeWindow, kind: 'last' | 'between'): Interval {
  return { fromMs: kind === 'between' ? fromMs : toMs - (toMs - fromMs) / 4, toMs };
}
