import { Anchor } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatAddress, initialState, type LogFilter } from '../address/address.ts';
import { findLogs } from '../api/loki.ts';
import { LogTable } from '../logs/log-table.tsx';
import { usePage } from '../page/page-context.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { AnswerState } from './answer-state.tsx';
import type { FrameProps } from './panel-view.tsx';

interface Props {
  readonly frame: FrameProps;
  readonly filter: LogFilter;
  readonly most: number;
}

/** The newest lines that pass a filter. */
export function LogsPanel({ frame, filter, most }: Props) {
  const { state, window } = usePage();
  const [ref, visible] = useVisible();
  const { data, error, isPending } = useQuery({
    queryKey: ['logs', filter, window.fromMs, window.endMs, most],
    queryFn: ({ signal }) => findLogs(filter, window, most, signal),
    placeholderData: keepPreviousData,
    enabled: visible,
  });
  const { range, refreshSeconds } = state;
  const links = (
    <>
      {frame.links}{' '}
      <Anchor
        size="xs"
        component={Link}
        to={{
          pathname: '/logs',
          search: formatAddress({ ...initialState, range, refreshSeconds, logs: filter }),
        }}
      >
        All lines
      </Anchor>
    </>
  );
  return (
    <PanelFrame {...frame} links={links} frameRef={ref}>
      <AnswerState isEmpty={data === undefined || data.length === 0} isLoading={isPending} error={error}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className="log-scroll panel-table" tabIndex={0} aria-label={`${frame.title}: lines`}>
          <LogTable rows={data ?? []} />
        </section>
      </AnswerState>
    </PanelFrame>
  );
}
