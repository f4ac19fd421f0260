import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { readDashboard } from '../api/dashboards.ts';
import { usePage } from '../page/page-context.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { parseSpan } from '../time/range.ts';
import { DashboardBody } from './dashboard-body.tsx';
import { readText } from './read-text.ts';

const everyMs = 60_000;

/** A dashboard as its file says. */
export default function DashboardPage() {
  const { name = '' } = useParams();
  const { state, change } = usePage();
  const { data, error } = useQuery({
    queryKey: ['dashboard', name],
    queryFn: ({ signal }) => readDashboard(name, signal),
    placeholderData: keepPreviousData,
    // Somebody may change the file in an editor.
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
  });
  const read = useMemo(
    () => (data === undefined ? undefined : readText(name, data.text, null)),
    [name, data],
  );
  const dashboard = read?.dashboard;
  useTitle(dashboard?.title ?? name);

  // The file's time is where one begins; a link's own time is stronger.
  const time = dashboard?.time;
  useEffect(() => {
    const params = new URLSearchParams(location.search);
    const seconds = time?.last === undefined ? undefined : parseSpan(time.last);
    if (time === undefined || params.has('last') || params.has('from')) return;
    change(
      {
        ...(seconds === undefined ? {} : { range: { kind: 'last', seconds } }),
        ...(time.refresh === undefined || params.has('refresh') ? {} : { refreshSeconds: time.refresh }),
      },
      'replace',
    );
  }, [time, change]);

  if (read === undefined) {
    return error === null ? (
      <Skeleton height={300} />
    ) : (
      <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
    );
  }
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>{dashboard?.title ?? name}</h1>
        <p>{dashboard?.description}</p>
        <span className="sheet-end kiosk-hidden">
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={{ pathname: `/dashboards/${encodeURIComponent(name)}/edit`, search: location.search }}
          >
            Edit
          </Button>
        </span>
      </div>
      {read.faults.map(({ line, detail }) => (
        <p key={`${line} ${detail}`} className="error-text">
          Line {line}: {detail.slice(0, 300)}
        </p>
      ))}
      {dashboard === undefined ? null : <DashboardBody key={name} dashboard={dashboard} />}
    </div>
  );
}
