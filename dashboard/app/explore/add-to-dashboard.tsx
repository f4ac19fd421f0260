import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { panelSchema } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { useState } from 'react';
import { Link } from 'react-router';
import { stringify } from 'yaml';
import { dashboardList, readDashboard, writeDashboardFile } from '../api/dashboards.ts';
import { addPanel } from '../dashboards/add-panel.ts';
import { nameFor } from '../dashboards/first-text.ts';
import { PanelView } from '../dashboards/panel-view.tsx';
import { CodeToCopy } from '../page/code-to-copy.tsx';

const kinds = ['timeseries', 'stat', 'gauge', 'bar', 'table', 'heatmap', 'funnel'] as const;
const newDashboard = ' new';

/** An expression made into a panel of a dashboard. */
export default function AddToDashboard({ expr }: { readonly expr: string }) {
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState<(typeof kinds)[number]>('timeseries');
  const [unit, setUnit] = useState('none');
  const [target, setTarget] = useState(newDashboard);
  const { data } = useQuery({ queryKey: ['dashboards'], queryFn: ({ signal }) => dashboardList(signal) });
  const source = {
    draw: kind,
    title: title.trim(),
    ...(kind === 'funnel' ? {} : { unit }),
    queries: [expr],
  };
  const parsed = panelSchema.safeParse(source);
  const save = useMutation({
    mutationFn: async () => {
      if (target === newDashboard) {
        const heading = title.trim() || 'New dashboard';
        const text = stringify({ title: heading, panels: [source] }, { lineWidth: 0 });
        return writeDashboardFile(
          nameFor(
            heading,
            (data ?? []).map(({ name }) => name),
          ),
          text,
          null,
        );
      }
      const stored = await readDashboard(target);
      return writeDashboardFile(target, addPanel(stored.text, source), stored.revision);
    },
  });
  return (
    <div className="alert-draft">
      <section className="card" aria-label="Panel">
        <h2>The panel</h2>
        <div className="row row-end">
          <TextInput
            size="xs"
            label="Title"
            className="grow"
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <NativeSelect
            size="xs"
            label="Drawn as"
            value={kind}
            onChange={(event) =>
              setKind(kinds.find((one) => one === event.currentTarget.value) ?? 'timeseries')
            }
            data={[...kinds]}
          />
          <TextInput
            size="xs"
            label="Unit"
            w={110}
            value={unit}
            error={parsed.success ? null : 'no unit'}
            onChange={(event) => setUnit(event.currentTarget.value.trim())}
          />
          <NativeSelect
            size="xs"
            label="Goes to"
            value={target}
            onChange={(event) => setTarget(event.currentTarget.value)}
            data={[
              { value: newDashboard, label: 'a new dashboard' },
              ...(data ?? []).map(({ name, title: label }) => ({ value: name, label: label.slice(0, 80) })),
            ]}
          />
          <Button size="xs" disabled={!parsed.success || save.isPending} onClick={() => save.mutate()}>
            Add
          </Button>
        </div>
        {save.data === undefined ? null : (
          <p role="status">
            Added to <Link to={`/dashboards/${encodeURIComponent(save.data.name)}`}>{save.data.name}</Link>.
          </p>
        )}
        {save.error === null ? null : <p className="error-text">{save.error.message.slice(0, 300)}</p>}
        <CodeToCopy code={stringify([source], { lineWidth: 0 })} />
      </section>
      {parsed.success ? <PanelView panel={parsed.data} id="new" values={new Map()} /> : null}
    </div>
  );
}
