import { Anchor, Code, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatValue } from '@tocsin/chart/units/format.ts';
import { Link } from 'react-router';
import { exploreAddress } from '../address/address.ts';
import { queryInstant } from '../api/prometheus.ts';
import { ruleGroups } from '../api/rules.ts';
import { runtimeStatus } from '../api/status.ts';
import { CrashGuard } from '../page/crash-guard.tsx';
import { usePage } from '../page/page-context.ts';
import { useHealth, useInstantQuery } from '../page/queries.ts';
import { useTitle } from '../page/use-title.ts';
import { AnyPanel } from '../panel/any-panel.tsx';
import { PanelNote } from '../panel/panel-note.tsx';
import { formatAgo, formatMoment } from '../time/clock-text.ts';
import { QueryLog } from './query-log.tsx';
import { systemPanels } from './system-panels.ts';

const slowestMax = 10;
const facts = [
  ['Series in memory', 'sum(tocsin_store_series)', 'number'],
  ['Shards', 'sum(tocsin_store_owners)', 'number'],
  ['Sealed metrics on disk', 'sum(tocsin_store_partition_bytes)', 'bytes'],
  ['Journal on disk', 'sum(tocsin_store_journal_bytes)', 'bytes'],
  ['Sealed logs on disk', 'sum(tocsin_logs_block_bytes)', 'bytes'],
  ['Rules in force', 'sum(tocsin_alerting_rules)', 'number'],
] as const;

/** How Tocsin itself is: its parts, agents, what it holds and how long, its queues, and what is slow. */
export default function SystemPage() {
  useTitle('System');
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>System</h1>
        <p>Tocsin about itself</p>
      </div>
      <CrashGuard what="The parts">
        <Parts />
      </CrashGuard>
      <CrashGuard what="What it holds">
        <Holdings />
      </CrashGuard>
      <CrashGuard what="The targets">
        <Targets />
      </CrashGuard>
      <CrashGuard what="The slow rules">
        <SlowRules />
      </CrashGuard>
      <CrashGuard what="The queries">
        <QueryLog />
      </CrashGuard>
      {systemPanels.map(({ title, panels }) => (
        <section key={title} className="layer layer-system" aria-label={title}>
          <div className="layer-head">
            <h2>{title}</h2>
          </div>
          <div className="panels">
            {panels.map((panel) => (
              <CrashGuard key={panel.id} what={panel.title}>
                <AnyPanel panel={panel} />
              </CrashGuard>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

/** The processes that report themselves, and those this page cannot reach. */
function Parts() {
  const { nowMs } = usePage();
  const health = useHealth();
  const builds = useInstantQuery('tocsin_build_info').data ?? [];
  const starts = useInstantQuery('process_start_time_seconds{part!=""}').data ?? [];
  const keyOf = (labels: Readonly<Record<string, string>>) => `${labels['part']} ${labels['instance']}`;
  const startOf = new Map(starts.map(({ labels, value }) => [keyOf(labels), value * 1000]));
  // A service that uses the library has its version too, but is no part.
  const parts = builds.filter(({ labels }) => labels['part'] !== undefined && labels['part'] !== '');
  return (
    <section aria-label="Parts" className="cards">
      {parts.length === 0 ? <PanelNote>No part reports itself in this time.</PanelNote> : null}
      {parts.map(({ labels }) => {
        const part = labels['part'] ?? '';
        const outage = part === 'aggregator' || part === 'alerting' ? health[part] : undefined;
        const startMs = startOf.get(keyOf(labels));
        return (
          <div className="card" key={JSON.stringify(labels)}>
            <h2>
              <span className={`dot ${outage === undefined ? 'dot-good' : 'dot-bad'}`} />
              {part.slice(0, 60)} <span className="quiet">{(labels['version'] ?? '').slice(0, 30)}</span>
            </h2>
            <p className="quiet">
              <bdi>{(labels['instance'] ?? '').slice(0, 100)}</bdi>
              {startMs === undefined ? '' : `, started ${formatAgo(startMs, nowMs)}`}
            </p>
            {outage === undefined ? null : (
              <p className="error-text">does not answer since {formatMoment(outage.sinceMs, nowMs)}</p>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** What is stored, and how long it is kept. */
function Holdings() {
  const { nowMs } = usePage();
  const { data, error } = useQuery({
    queryKey: ['runtime status'],
    queryFn: ({ signal }) => runtimeStatus(signal),
  });
  return (
    <section aria-label="What it holds" className="cards">
      <div className="card">
        <h2>Held now</h2>
        <dl className="facts">
          {facts.map(([title, expr, kind]) => (
            <Fact key={title} title={title} expr={expr} kind={kind} />
          ))}
        </dl>
      </div>
      <div className="card">
        <h2>Kept how long</h2>
        {data === undefined ? (
          error === null ? (
            <Skeleton height={60} />
          ) : (
            <p className="error-text">{error.message.slice(0, 200)}</p>
          )
        ) : (
          <>
            <ul>
              {data.retention.split(/\s+or\s+|;\s*/).map((line) => (
                <li key={line} className="mono">
                  {line.slice(0, 300)}
                </li>
              ))}
            </ul>
            <p className="quiet">The aggregator runs since {formatMoment(data.startedMs, nowMs)}.</p>
            <details>
              <summary>The configuration in force</summary>
              <Code block className="routing">
                {data.config.slice(0, 50_000)}
              </Code>
            </details>
          </>
        )}
      </div>
    </section>
  );
}

function Fact({
  title,
  expr,
  kind,
}: {
  readonly title: string;
  readonly expr: string;
  readonly kind: 'number' | 'bytes';
}) {
  const value = useInstantQuery(expr).data?.[0]?.value;
  return (
    <div>
      <dt>{title}</dt>
      <dd>{formatValue(value, { kind })}</dd>
    </div>
  );
}

/** What is scraped, and by which agent. */
function Targets() {
  const { state, window } = usePage();
  const { data } = useQuery({
    queryKey: ['instant', 'up', window.endMs],
    queryFn: ({ signal }) => queryInstant('up', window.endMs, signal, 1000),
    placeholderData: (before) => before,
  });
  if (data === undefined || data.length === 0) return null;
  const down = data.filter(({ value }) => value === 0);
  return (
    <section className="card" aria-label="Targets">
      <h2>
        Targets and agents{' '}
        <span className="quiet">
          {data.length - down.length} up{down.length > 0 ? `, ${down.length} down` : ''}
        </span>{' '}
        <Anchor component={Link} size="xs" to={{ pathname: '/explore', search: exploreAddress(state, 'up') }}>
          Explore
        </Anchor>
      </h2>
      <p>
        {[...down, ...data.filter(({ value }) => value !== 0)].slice(0, 100).map(({ labels, value }) => (
          <span key={JSON.stringify(labels)} className="label-pair">
            <span className={`dot ${value === 0 ? 'dot-bad' : 'dot-good'}`} />
            {(labels['job'] ?? '').slice(0, 40)} <bdi>{(labels['instance'] ?? '').slice(0, 80)}</bdi>
            {value === 0 ? ' (down)' : ''}
          </span>
        ))}
      </p>
    </section>
  );
}

/** The rules whose expressions take longest: the queries that are asked again and again. */
function SlowRules() {
  const { state } = usePage();
  const { data } = useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => ruleGroups(signal) });
  const rules = (data ?? [])
    .flatMap((group) => group.rules.map((rule) => ({ rule, group })))
    .sort((a, b) => b.rule.evaluationSeconds - a.rule.evaluationSeconds)
    .slice(0, slowestMax);
  if (rules.length === 0) return null;
  return (
    <section className="table-scroll" aria-label="Slowest rules">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Slowest rules</th>
            <th scope="col" className="number">
              Takes
            </th>
            <th scope="col">Expression</th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ rule, group }) => (
            <tr key={`${group.file} ${group.name} ${rule.name} ${rule.query}`}>
              <td>{rule.name.slice(0, 80)}</td>
              <td className="number">{formatValue(rule.evaluationSeconds, { kind: 'seconds' })}</td>
              <td>
                <Link
                  className="mono"
                  to={{ pathname: '/explore', search: exploreAddress(state, rule.query) }}
                >
                  {rule.query.slice(0, 160)}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
