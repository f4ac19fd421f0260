import { Button, NativeSelect, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import { useState } from 'react';
import { Link } from 'react-router';
import { mergeAddress, timeAddress } from '../address/address.ts';
import { type AskedQuery, askedQueries, explainQuery } from '../api/asked-queries.ts';
import { CostTree } from '../explore/cost-tree.tsx';
import { QueryCostLine } from '../explore/query-cost-line.tsx';
import { usePage } from '../page/page-context.ts';
import { useParameter } from '../page/use-parameter.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { formatMoment } from '../time/clock-text.ts';
import { formatSpan } from '../time/range.ts';
import { sortQueries, sorts } from './sort-queries.ts';
import './query-log.css';

const everyMs = 10_000;
const columns = 7;
const shownMax = 10;
const moreAtOnce = 100;
/** What takes longer is marked. */
const slowMs = 1_000;

/** What the aggregator was asked lately, by pages, rules, Grafana and scripts: when, by whom, how long it took; and what makes it slow. */
export function QueryLog() {
  const { state, nowMs } = usePage();
  const [sort, setSort] = useParameter('queries', 'newest');
  const [asker, setAsker] = useParameter('askedby');
  const [shown, setShown] = useState(shownMax);
  const { data, error } = useQuery({
    queryKey: ['asked queries'],
    queryFn: ({ signal }) => askedQueries(signal),
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
    placeholderData: keepPreviousData,
  });
  const all = data?.queries ?? [];
  const askers = [...new Set(all.map(askerOf))].sort();
  const chosen = askers.includes(asker) ? asker : '';
  const queries = sortQueries(chosen === '' ? all : all.filter((one) => askerOf(one) === chosen), sort);
  return (
    <section className="layer layer-system" aria-label="Queries">
      <div className="layer-head">
        <h2>Queries</h2>
        <span>
          {data === undefined || data === null
            ? 'asked lately'
            : `the aggregator was asked since ${formatMoment(data.sinceMs, nowMs)}`}
        </span>
        {askers.length > 1 ? (
          <NativeSelect
            size="xs"
            aria-label="Asked by"
            className="sheet-end"
            value={chosen}
            onChange={(event) => setAsker(event.currentTarget.value)}
            data={[{ value: '', label: 'asked by anyone' }, ...askers]}
          />
        ) : null}
      </div>
      {data === undefined ? (
        error === null ? (
          <Skeleton height={120} />
        ) : (
          <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
        )
      ) : data === null ? (
        <PanelNote>The aggregator does not tell what it is asked.</PanelNote>
      ) : queries.length === 0 ? (
        <PanelNote>
          Nothing was asked yet. What pages, rules, Grafana and scripts ask is listed here.
        </PanelNote>
      ) : (
        <>
          <section className="table-scroll" aria-label="Queries: table">
            <table className="table query-log">
              <thead>
                <tr>
                  <th scope="col">Query</th>
                  {sorts.map(({ name, title }) => (
                    <th
                      key={name}
                      scope="col"
                      className={name === 'newest' ? '' : 'number'}
                      aria-sort={sort === name ? 'descending' : 'none'}
                    >
                      <button type="button" className="sort" onClick={() => setSort(name)}>
                        {title}
                        {sort === name ? ' ↓' : ''}
                      </button>
                    </th>
                  ))}
                  <th scope="col">Over</th>
                  <th scope="col">Asked by</th>
                  <th scope="col">Status</th>
                </tr>
              </thead>
              <tbody>
                {queries.slice(0, shown).map((query) => (
                  <QueryRows key={query.id} query={query} />
                ))}
              </tbody>
            </table>
          </section>
          {queries.length > shown ? (
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              onClick={() => setShown(shown + moreAtOnce)}
            >
              Show more of {queries.length}
            </Button>
          ) : null}
          <p className="quiet">
            The newest of each program and the slowest of six hours, {queries.length} in all. For a lasting
            record configure a log: queries: log in tocsin.yaml.
          </p>
        </>
      )}
    </section>
  );
}

function QueryRows({ query }: { readonly query: AskedQuery }) {
  const { nowMs } = usePage();
  const [open, setOpen] = useState(false);
  const isSlow = query.tookMs >= slowMs;
  const canExplain = query.language === 'PromQL' && query.query !== '';
  return (
    <>
      <tr>
        <td className="query-log-query">
          <QueryText query={query} />
          {query.others > 0 ? <span className="quiet"> and {query.others} more with it</span> : null}
          {canExplain ? (
            <button type="button" className="sort" aria-expanded={open} onClick={() => setOpen(!open)}>
              {isSlow ? 'Why is it slow?' : 'What does it cost?'}
            </button>
          ) : null}
        </td>
        <td>{formatMoment(query.atMs, nowMs)}</td>
        <td className="number">
          {formatValue(query.tookMs / 1000, { kind: 'seconds' })}{' '}
          {isSlow ? <span className="mark mark-warn">slow</span> : null}
        </td>
        <td className="number">
          {query.samples === undefined ? (
            <span className="quiet">–</span>
          ) : (
            <>
              {formatValue(query.samples, plainNumber)}
              {query.series === undefined ? null : (
                <span className="quiet"> of {formatValue(query.series, plainNumber)} series</span>
              )}
            </>
          )}
        </td>
        <td>{spanText(query)}</td>
        <td title={`${query.program} ${query.path}`.slice(0, 300)}>
          <bdi>{query.page === '' ? askerOf(query) : query.page.slice(0, 60)}</bdi>{' '}
          <span className="quiet">{query.client.slice(0, 60)}</span>
        </td>
        <td>
          <Status query={query} />
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={columns}>
            <Explained query={query} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function QueryText({ query }: { readonly query: AskedQuery }) {
  const { state } = usePage();
  const text = query.query === '' ? 'not readable' : query.query.slice(0, 300);
  if (query.language !== 'PromQL' || query.query === '') {
    return (
      <span className="mono" title={query.query.slice(0, 2000)}>
        <bdi>{text}</bdi>
      </span>
    );
  }
  const time =
    query.fromMs !== undefined && query.toMs !== undefined && query.toMs > query.fromMs
      ? mergeAddress(timeAddress(state), {
          range: { kind: 'between', fromMs: query.fromMs, toMs: query.toMs },
        })
      : timeAddress(state);
  const params = new URLSearchParams(time);
  params.set('expr', query.query);
  return (
    <Link
      className="mono"
      title={query.query.slice(0, 2000)}
      to={{ pathname: '/explore', search: params.toString() }}
    >
      <bdi>{text}</bdi>
    </Link>
  );
}

function Status({ query: { status, error } }: { readonly query: AskedQuery }) {
  if (status === 'running') return <span className="mark mark-busy">running</span>;
  return status === 'success' ? (
    <span className="quiet">answered</span>
  ) : (
    <span className="mark mark-bad" title={error.slice(0, 1000)}>
      failed
    </span>
  );
}

/** Who asked, in a word: browsers and programs by what they call themselves, without their version. */
const programNames: Readonly<Record<string, string>> = {
  'tocsin-alerting': 'rules',
  'tocsin-dashboard': 'pictures',
  'tocsin-cli': 'command line',
  Mozilla: 'pages',
  '': 'unknown',
};

function askerOf({ program }: AskedQuery): string {
  const name = (program.split(/[/ ]/)[0] ?? '').slice(0, 40);
  return Object.hasOwn(programNames, name) ? (programNames[name] ?? name) : name;
}

/** How much time was asked about. */
function spanText({ fromMs, toMs, stepSeconds }: AskedQuery): string {
  if (fromMs === undefined || toMs === undefined) return 'one moment';
  const step = stepSeconds === undefined ? '' : ` by ${formatSpan(stepSeconds)}`;
  return `${formatSpan((toMs - fromMs) / 1000)}${step}`;
}

function Explained({ query }: { readonly query: AskedQuery }) {
  const { data, error } = useQuery({
    queryKey: ['explained query', query.query, query.fromMs, query.toMs, query.stepSeconds],
    queryFn: ({ signal }) => explainQuery(query, signal),
    gcTime: 0,
  });
  if (error !== null) return <p className="error-text">{error.message.slice(0, 300)}</p>;
  if (data === undefined) return <Skeleton height={40} />;
  return (
    <>
      <p>
        Asked once more: <QueryCostLine cost={data} />
      </p>
      {data.explanation === undefined ? (
        <p className="quiet">The aggregator does not tell what each part took.</p>
      ) : (
        <CostTree node={data.explanation} />
      )}
    </>
  );
}
