import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { readDashboard, removeDashboard, writeDashboardFile } from '../api/dashboards.ts';
import { CrashGuard } from '../page/crash-guard.tsx';
import { useDiscovery } from '../page/use-discovery.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { DashboardBody } from './dashboard-body.tsx';
import { readText } from './read-text.ts';
import { YamlEditor } from './yaml-editor.tsx';
import '../explore/explore.css';

/** A dashboard's file beside what it shows. What is saved is the file. */
export default function EditPage() {
  const { name = '' } = useParams();
  useTitle(`Edit ${name}`);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const stored = useQuery({
    queryKey: ['dashboard to edit', name],
    queryFn: ({ signal }) => readDashboard(name, signal),
    // Nothing replaces what is being written.
    refetchInterval: false,
    gcTime: 0,
  });
  const [text, setText] = useState<string | undefined>(undefined);
  const [saved, setSaved] = useState<{ readonly text: string; readonly revision: string } | undefined>(
    undefined,
  );
  useEffect(() => {
    if (stored.data === undefined || saved !== undefined) return;
    setSaved(stored.data);
    setText(stored.data.text);
  }, [stored.data, saved]);

  const { discovery } = useDiscovery();
  const known = useMemo(() => {
    if (discovery === undefined) return null;
    const names = new Set(discovery.names.all);
    return { hasMetric: (metric: string) => names.has(metric), labelsOf: () => undefined };
  }, [discovery]);
  const shown = useDeferredValue(text);
  const read = useMemo(() => readText(name, shown ?? '', known), [name, shown, known]);
  const [lastGood, setLastGood] = useState(read.dashboard);
  useEffect(() => {
    if (read.dashboard !== undefined) setLastGood(read.dashboard);
  }, [read.dashboard]);

  const save = useMutation({
    mutationFn: () => writeDashboardFile(name, text ?? '', saved?.revision ?? null),
    onSuccess: (next) => {
      setSaved(next);
      void queries.invalidateQueries({ queryKey: ['dashboard', name] });
      void queries.invalidateQueries({ queryKey: ['dashboards'] });
    },
  });
  const remove = useMutation({
    mutationFn: () => removeDashboard(name, saved?.revision ?? ''),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['dashboards'] });
      void navigate('/dashboards');
    },
  });
  const isChanged = text !== undefined && text !== saved?.text;
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isChanged]);

  if (text === undefined) {
    return stored.error === null ? (
      <Skeleton height={300} />
    ) : (
      <PanelNote tone="bad">{stored.error.message.slice(0, 300)}</PanelNote>
    );
  }
  const failed = save.error ?? remove.error;
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>{name}</h1>
        <p role="status">{isChanged ? 'changed, not saved' : 'saved'}</p>
        <span className="sheet-end">
          <Button
            size="xs"
            disabled={!isChanged || read.dashboard === undefined || save.isPending}
            onClick={() => save.mutate()}
          >
            Save
          </Button>
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={{ pathname: `/dashboards/${encodeURIComponent(name)}`, search: location.search }}
          >
            Show
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="red"
            disabled={remove.isPending}
            onClick={() => {
              if (confirm(`Remove the file of ${name}? It cannot be brought back from here.`))
                remove.mutate();
            }}
          >
            Remove
          </Button>
        </span>
      </div>
      {failed === null ? null : (
        <p className="error-text" role="alert">
          {failed.message.slice(0, 400)}
        </p>
      )}
      <div className="edit">
        <div className="edit-file">
          <YamlEditor
            value={text}
            faults={read.faults}
            onChange={setText}
            onSave={() => isChanged && save.mutate()}
          />
          <ul className="faults" aria-label="Faults" aria-live="polite">
            {read.faults.slice(0, 50).map(({ line, detail }) => (
              <li key={`${line} ${detail}`} className="error-text">
                Line {line}: <bdi>{detail.slice(0, 400)}</bdi>
              </li>
            ))}
          </ul>
        </div>
        <section className="edit-shown sheet" aria-label="Preview">
          {lastGood === undefined ? null : (
            <CrashGuard key={JSON.stringify(lastGood)} what="The preview">
              <DashboardBody dashboard={lastGood} />
            </CrashGuard>
          )}
        </section>
      </div>
    </div>
  );
}
