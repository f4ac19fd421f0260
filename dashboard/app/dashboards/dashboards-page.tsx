import { Button, FileButton, Skeleton, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { timeAddress } from '../address/address.ts';
import { dashboardList, importGrafana, writeDashboardFile } from '../api/dashboards.ts';
import { usePage } from '../page/page-context.ts';
import { useParameter } from '../page/use-parameter.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { firstText, nameFor } from './first-text.ts';
import './dashboards.css';

const fileBytesMax = 4_000_000;

/** The dashboards there are, a new one, and one from Grafana. */
export default function DashboardsPage() {
  useTitle('Dashboards');
  const { state } = usePage();
  const [text, setText] = useParameter('find');
  const { data, error } = useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => dashboardList(signal),
  });
  const wanted = text.trim().toLowerCase();
  const found = (data ?? []).filter(({ name, title, description, tags }) =>
    [name, title, description, ...tags].join(' ').toLowerCase().includes(wanted),
  );
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>Dashboards</h1>
        <p>
          One YAML file each, where <code>dashboards:</code> in tocsin.yaml says; edit them here or in your
          editor.
        </p>
      </div>
      <NewDashboard known={(data ?? []).map(({ name }) => name)} />
      {data === undefined ? (
        error === null ? (
          <Skeleton height={120} />
        ) : (
          <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
        )
      ) : data.length === 0 ? (
        <PanelNote>
          There is none yet. Make one above, bring one from Grafana, or make a panel of a question in Explore.
        </PanelNote>
      ) : (
        <>
          <TextInput
            size="xs"
            aria-label="Text in title, description or tags"
            placeholder="Text in title, description or tags"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <ul className="cards">
            {found.map(({ name, title, description, tags, problem }) => (
              <li className="card" key={name}>
                <h2>
                  <Link
                    to={{ pathname: `/dashboards/${encodeURIComponent(name)}`, search: timeAddress(state) }}
                  >
                    {title.slice(0, 100)}
                  </Link>
                </h2>
                <p className="quiet">{description.slice(0, 300)}</p>
                {tags.map((tag) => (
                  <span key={tag} className="label-pair">
                    {tag}
                  </span>
                ))}
                {problem === '' ? null : <p className="error-text">{problem.slice(0, 300)}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function NewDashboard({ known }: { readonly known: readonly string[] }) {
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [left, setLeft] = useState<readonly string[]>([]);
  const open = (name: string, where: string) =>
    void navigate({ pathname: `/dashboards/${encodeURIComponent(name)}${where}` });
  const create = useMutation({
    mutationFn: () => writeDashboardFile(nameFor(title, known), firstText(title.trim()), null),
    onSuccess: ({ name }) => open(name, '/edit'),
  });
  const bring = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > fileBytesMax) throw new Error(`The file is larger than ${fileBytesMax / 1e6} MB.`);
      const imported = await importGrafana(await file.text());
      const name = nameFor(file.name.replace(/\.json$/i, ''), known);
      await writeDashboardFile(name, imported.text, null);
      return { name, left: imported.left };
    },
    onSuccess: (made) => {
      if (made.left.length === 0) open(made.name, '');
      else setLeft(made.left);
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== '') create.mutate();
  };
  const failed = create.error ?? bring.error;
  return (
    <>
      <form className="row" onSubmit={onSubmit}>
        <TextInput
          size="xs"
          aria-label="Title of a new dashboard"
          placeholder="Title of a new dashboard"
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={title.trim() === '' || create.isPending}>
          New dashboard
        </Button>
        <FileButton accept="application/json,.json" onChange={(file) => file !== null && bring.mutate(file)}>
          {(props) => (
            <Button size="xs" variant="default" disabled={bring.isPending} {...props}>
              From Grafana …
            </Button>
          )}
        </FileButton>
        {failed === null ? null : <span className="error-text">{failed.message.slice(0, 300)}</span>}
      </form>
      {left.length === 0 || bring.data === undefined ? null : (
        <section className="card" aria-label="What was left out">
          <h2>
            Imported as <Link to={`/dashboards/${bring.data.name}`}>{bring.data.name}</Link>. What has no
            counterpart here, kept as comments on top of the file:
          </h2>
          <ul className="left-out">
            {left.map((line) => (
              <li key={line}>
                <bdi>{line.slice(0, 300)}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
