import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogFilter } from '../address/address.ts';
import { findLogs } from '../api/loki.ts';
import { CodeToCopy } from '../page/code-to-copy.tsx';
import { usePage } from '../page/page-context.ts';
import { useLastGood } from '../page/use-last-good.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { LogTable } from './log-table.tsx';

const firstLimit = 200;
const limitMax = 3200;
const firstLines = `import { createAgent } from '@tocsin/agent';
const log = createAgent({ service: 'my-service' }).logger();
log.info({ order: 17 }, 'order placed');`;

interface Props {
  readonly filter: LogFilter;
  readonly visible: boolean;
}

/** The records found, or why there are none. */
export function LogResults({ filter, visible }: Props) {
  const { window } = usePage();
  const [limit, setLimit] = useState(firstLimit);
  const answer = useQuery({
    queryKey: ['logs', filter, window.fromMs, window.endMs, limit],
    queryFn: ({ signal }) => findLogs(filter, window, limit, signal),
    placeholderData: keepPreviousData,
    enabled: visible,
  });
  const rows = useLastGood(answer.data);

  if (rows === undefined) {
    if (answer.error === null) return <Skeleton height={160} />;
    return <PanelNote tone="bad">{answer.error.message.slice(0, 300)}</PanelNote>;
  }
  if (rows.length === 0) {
    return filter.service !== '' || filter.level !== '' || filter.text !== '' ? (
      <PanelNote>No line matches in this time.</PanelNote>
    ) : (
      <div className="empty">
        <p>No log lines in this time. Three lines in a service of yours send them:</p>
        <CodeToCopy code={firstLines} />
        <p>It is a pino logger: its lines go to standard output as ever, and here.</p>
      </div>
    );
  }
  return (
    <>
      <div className="log-scroll">
        <LogTable rows={rows} />
      </div>
      {rows.length >= limit && limit < limitMax ? (
        <Button variant="subtle" color="gray" size="compact-sm" fw={500} onClick={() => setLimit(limit * 2)}>
          Show older lines
        </Button>
      ) : null}
    </>
  );
}
