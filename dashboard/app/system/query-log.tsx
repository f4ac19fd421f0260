import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { formatValue } from '@tocsin/chart/units/format.ts';
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

/** What was asked through this dashboard: when, by whom, how long it took; and what makes it slow. */
export function QueryLog() {
  const { state, nowMs } = usePage();
  const [sort, setSort] = useParameter('queries', 'newest');
  const [shown, setShown] = useState(shownMax);
  const { data, error } = useQuery({
    queryKey: ['asked queries'],
    queryFn: ({ signal }) => askedQueries(signal),
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
    placeholderData: keepPreviousData,
  });
  const queries = sortQueries(data?.queries ?? [], sort);
  return (
    <section className="layer layer-system" aria-label="Queries">
      <div className="layer-head">
        <h2>Queries</h2>
        <span>
          asked through this dashboard
          {data === undefined ? '' : ` since ${formatMoment(data.sinceMs, nowMs)}`}
        </span>
      </div>
      {data === undefined ? (
        error === null ? (
          <Skeleton height={120} />
        ) : (
          <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
        )
      ) : queries.length === 0 ? (
        <PanelNote>
          Nothing was asked yet. What a page or Grafana asks through this address is listed here.
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
            The {queries.length} newest and slowest. What others ask the aggregator itself is in its own log,
            when one is configured (queries: log in tocsin.yaml); rules are listed above.
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
          {query.others > 0 ? <span className="quiet"> and {query.others} more in one request</span> : null}
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
        <td className="number">{formatValue(query.bytes, { kind: 'bytes' })}</td>
        <td>{spanText(query)}</td>
        <td title={query.program.slice(0, 300)}>
          <bdi>{query.page === '' ? query.program.split(' ')[0]?.slice(0, 40) : query.page.slice(0, 60)}</bdi>{' '}
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

function Status({ query: { isRunning, status } }: { readonly query: AskedQuery }) {
  if (isRunning) return <span className="mark mark-busy">running</span>;
  if (status === 0) return <span className="mark mark-warn">given up</span>;
  return status < 400 ? (
    <span className="quiet">answered</span>
  ) : (
    <span className="mark mark-bad">failed: {status}</span>
  );
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
