import { ActionIcon, Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { metricNamesOf } from '@tocsin/protocol/promql/walk.ts';
import { Link } from 'react-router';
import { exploreAddress } from '../address/address.ts';
import { seriesOf } from '../api/prometheus.ts';
import { ruleGroups } from '../api/rules.ts';
import type { MetricFamily } from '../discovery/family.ts';
import { panelFor } from '../discovery/panel-choice.ts';
import type { Layer } from '../layout/panel.ts';
import { Icon } from '../page/icon.tsx';
import { usePage } from '../page/page-context.ts';
import { AnyPanel } from '../panel/any-panel.tsx';
import { selector } from '../promql/text.ts';
import { countLabels, ownersOf } from './label-count.ts';

const topMax = 6;
const seriesReadMax = 2000;

interface Props {
  readonly family: MetricFamily;
  readonly layer: Layer;
  readonly series: number;
  readonly onClose: () => void;
}

/** One metric: what it is, who sends it, its labels, its course, and the rules that use it. */
export function MetricDetail({ family, layer, series, onClose }: Props) {
  const { state, window } = usePage();
  const member = family.members[0] ?? family.name;
  const sets = useQuery({
    queryKey: ['series', member, Math.floor(window.endMs / 60_000)],
    queryFn: ({ signal }) => seriesOf(selector(member), window, signal),
  });
  const rules = useQuery({ queryKey: ['rules'], queryFn: ({ signal }) => ruleGroups(signal) });
  const panel = panelFor(family, layer, sets.data ?? []);
  const { label, owners } = ownersOf(sets.data ?? []);
  const users = (rules.data ?? []).flatMap((group) =>
    group.rules.filter(({ query }) => uses(query, family.members)).map(({ name }) => name),
  );
  return (
    <section className="card metric-detail" aria-label={family.name}>
      <div className="row">
        <h2 className="mono">{family.name.slice(0, 200)}</h2>
        <span className="quiet">
          {family.kind}
          {family.unit === '' ? '' : `, in ${family.unit.slice(0, 30)}`}, {series} series
        </span>
        <span className="sheet-end">
          <Anchor
            component={Link}
            size="xs"
            to={{
              pathname: '/explore',
              search: exploreAddress(state, panel?.queries[0]?.expr ?? selector(family.name)),
            }}
          >
            Explore
          </Anchor>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Close" onClick={onClose}>
            <Icon name="close" size={13} />
          </ActionIcon>
        </span>
      </div>
      {family.help === '' ? null : (
        <p>
          <bdi>{family.help.slice(0, 600)}</bdi>
        </p>
      )}
      <p className="quiet">
        {owners.length === 0
          ? 'Nobody says that it is theirs.'
          : `By ${label}: ${owners.slice(0, 12).join(', ').slice(0, 400)}`}
        {users.length === 0
          ? ''
          : ` · used by the rules ${[...new Set(users)].slice(0, 10).join(', ').slice(0, 400)}`}
      </p>
      <div className="metric-parts">
        {panel === undefined ? null : <AnyPanel panel={panel} />}
        {sets.data === undefined ? (
          <Skeleton height={160} />
        ) : (
          <div className="table-scroll">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Label</th>
                  <th scope="col" className="number">
                    Values
                  </th>
                  <th scope="col">Commonest</th>
                </tr>
              </thead>
              <tbody>
                {countLabels(sets.data, topMax).map(({ name, values, top }) => (
                  <tr key={name}>
                    <td className="mono nowrap">{name.slice(0, 80)}</td>
                    <td className="number">{values}</td>
                    <td>
                      {top.map(([value, count]) => (
                        <span key={value} className="label-pair" title={`${count} series`}>
                          <bdi>{value.slice(0, 60)}</bdi>
                        </span>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {sets.data.length >= seriesReadMax ? (
              <p className="quiet">Of the first {seriesReadMax} series.</p>
            ) : null}
          </div>
        )}
      </div>
    </section>
  );
}

function uses(query: string, members: readonly string[]): boolean {
  try {
    return metricNamesOf(parseExpr(query)).some((name) => members.includes(name));
  } catch {
    return false;
  }
}
