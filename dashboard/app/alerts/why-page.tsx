import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatDuration } from '@tocsin/chart/units/format.ts';
import { Link, useParams } from 'react-router';
import { exploreAddress, timeAddress } from '../address/address.ts';
import { field, listOf, textOf } from '../api/json-fields.ts';
import { whyAlert } from '../api/why.ts';
import { usePage } from '../page/page-context.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { TimePanel } from '../panel/time-panel.tsx';
import { queryPanel } from '../promql/query-panel.ts';
import { formatMoment } from '../time/clock-text.ts';
import './alerts-page.css';

const everyMs = 10_000;

/** Why an alert was notified or not: each step from the samples to what a provider answered. */
export default function WhyPage() {
  const { fingerprint = '' } = useParams();
  const { state, nowMs } = usePage();
  const { data, error, isPending } = useQuery({
    queryKey: ['why', fingerprint],
    queryFn: async ({ signal }) => (await whyAlert(fingerprint, signal)) ?? null,
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
  });
  const name = data?.labels['alertname'] ?? 'Alert';
  useTitle(`Why: ${name}`);
  if (data === undefined || data === null) {
    return error !== null ? (
      <PanelNote tone="bad">{error.message.slice(0, 400)}</PanelNote>
    ) : isPending ? (
      <Skeleton height={200} />
    ) : (
      <PanelNote>Nothing is known of this alert.</PanelNote>
    );
  }
  const { rule } = data;
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>Why: {name.slice(0, 100)}</h1>
        <span className={`mark mark-${data.state === 'firing' ? 'bad' : 'good'}`}>{data.state}</span>
        <span className="sheet-end">
          <Anchor
            size="sm"
            component={Link}
            to={{ pathname: '/alerts', search: silenceAddress(timeAddress(state), data.labels) }}
          >
            Silence it
          </Anchor>
          <Anchor size="sm" component={Link} to={{ pathname: '/alerts', search: timeAddress(state) }}>
            All alerts
          </Anchor>
        </span>
      </div>
      <p>
        {Object.entries(data.labels).map(([label, value]) => (
          <span key={label} className="label-pair">
            {label.slice(0, 80)}=<bdi>{value.slice(0, 200)}</bdi>
          </span>
        ))}
      </p>
      {data.annotations['summary'] === undefined ? null : (
        <p>
          <bdi>{data.annotations['summary'].slice(0, 500)}</bdi>
        </p>
      )}
      {rule === undefined ? null : (
        <section className="card" aria-label="Rule">
          <h2>The rule</h2>
          <p className="mono">{rule.expression.slice(0, 2000)}</p>
          <p className="quiet">
            {rule.file.slice(-100)}, line {rule.line}, group {rule.group.slice(0, 80)}
            {rule.forSeconds > 0 ? `; must hold for ${formatDuration(rule.forSeconds)}` : ''}
            {rule.value === '' ? '' : `; value now ${rule.value.slice(0, 40)}`}.{' '}
            <Anchor
              component={Link}
              size="xs"
              to={{ pathname: '/explore', search: exploreAddress(state, rule.expression) }}
            >
              Explore
            </Anchor>
          </p>
          <TimePanel panel={queryPanel(rule.expression)} wide />
        </section>
      )}
      <section className="card" aria-label="What stands in the way now">
        <h2>How it stands now</h2>
        <Standing now={data.now} />
      </section>
      <section className="card" aria-label="What happened">
        <h2>What happened</h2>
        {data.steps.length === 0 ? (
          <p className="quiet">Nothing has happened to it yet.</p>
        ) : (
          <ol className="why-steps">
            {data.steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two steps may be the same but for their place
              <li key={`${step.atMs} ${index}`}>
                <time>{formatMoment(step.atMs, nowMs)}</time>
                <span className="mark">{step.stage}</span>
                <bdi>{step.text.slice(0, 600)}</bdi>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function silenceAddress(time: string, labels: Readonly<Record<string, string>>): string {
  const params = new URLSearchParams(time);
  params.set('tab', 'silences');
  params.set('silence', JSON.stringify(labels));
  return params.toString();
}

function Standing({ now }: { readonly now: unknown }) {
  const silenced = listOf(field(now, 'silencedBy'));
  const inhibited = field(now, 'inhibitedBy');
  return (
    <ul className="why-now">
      {silenced.map((one) => (
        <li key={textOf(field(one, 'id'))}>
          Silenced by <bdi>{textOf(field(one, 'createdBy')).slice(0, 80)}</bdi>:{' '}
          <bdi>{textOf(field(one, 'comment')).slice(0, 300)}</bdi>
        </li>
      ))}
      {inhibited === null || inhibited === undefined ? null : (
        <li>
          Inhibited by{' '}
          <Link to={`/alerts/why/${encodeURIComponent(textOf(field(inhibited, 'fingerprint')))}`}>
            {textOf(field(field(inhibited, 'labels'), 'alertname')) || 'another alert'}
          </Link>
        </li>
      )}
      {listOf(field(now, 'routes')).map((route, index) => {
        const muted = field(route, 'muted');
        const integrations = listOf(field(route, 'integrations'));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: routes are told apart by their place
          <li key={index}>
            Goes to <strong>{textOf(field(route, 'receiver')).slice(0, 80)}</strong> in the group{' '}
            <span className="mono">{textOf(field(route, 'group')).slice(0, 200)}</span>
            {muted === null || muted === undefined ? '' : ', which is muted by a time interval'}
            <ul>
              {integrations.map((one) => {
                const cannot = textOf(field(one, 'cannotSend'));
                return (
                  <li key={textOf(field(one, 'name'))}>
                    {textOf(field(one, 'name')).slice(0, 60)}:{' '}
                    {cannot !== ''
                      ? `cannot send: ${cannot.slice(0, 300)}`
                      : `${field(field(one, 'nextRound'), 'notifies') === true ? 'will be told' : 'will not be told'} in the next round (${textOf(field(field(one, 'nextRound'), 'reason')).slice(0, 200)})`}
                  </li>
                );
              })}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
