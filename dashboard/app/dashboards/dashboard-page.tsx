import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { readDashboard } from '../api/dashboards.ts';
import { takeOpenedDashboard } from '../begin/opened.ts';
import { useBegun } from '../begin/use-begun.ts';
import { usePage } from '../page/page-context.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { DashboardBody } from './dashboard-body.tsx';
import { timeOfFile } from './time-of-file.ts';

const everyMs = 60_000;

/** A dashboard as its file says. */
export default function DashboardPage() {
  const { name = '' } = useParams();
  const { state, change } = usePage();
  const { data, error } = useQuery({
    queryKey: ['dashboard', name],
    queryFn: ({ signal }) => readDashboard(name, signal),
    initialData: () => takeOpenedDashboard(name),
    placeholderData: keepPreviousData,
    // Somebody may change the file in an editor.
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
  });
  const isReady = useBegun();
  const dashboard = data?.dashboard;
  useTitle(dashboard?.title ?? name);

  // The file's time is where one begins; a link's own time is stronger.
  const time = dashboard?.time;
  useEffect(() => {
    const begin = time && timeOfFile(time, location.search);
    if (begin !== undefined) change(begin, 'replace');
  }, [time, change]);

  if (data === undefined) {
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
        <p title={dashboard?.description}>{dashboard?.description}</p>
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
      {data.faults.map(({ line, detail }) => (
        <p key={`${line} ${detail}`} className="error-text">
          Line {line}: {detail.slice(0, 300)}
        </p>
      ))}
      {dashboard === undefined || !isReady ? null : <DashboardBody key={name} dashboard={dashboard} />}
    </div>
  );
}
