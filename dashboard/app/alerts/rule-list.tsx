import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatDuration, formatValue } from '@tocsin/chart/units/format.ts';
import { Link } from 'react-router';
import { exploreAddress } from '../address/address.ts';
import { metricNames, queryInstant } from '../api/prometheus.ts';
import { type Rule, ruleGroups } from '../api/rules.ts';
import { usePage } from '../page/page-context.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { formatAgo } from '../time/clock-text.ts';
import { FilterBar, useListFilter } from './filter-bar.tsx';
import { marksOf, type RuleMark } from './rule-marks.ts';

const everyMs = 15_000;
const historyMs = 30 * 86_400_000;
const tones: Readonly<Record<RuleMark['kind'], string>> = {
  failing: 'bad',
  slow: 'warn',
  blind: 'warn',
  'never fired': 'quiet',
};
const kinds = [
  { value: 'all', label: 'All' },
  { value: 'alerting', label: 'Alerting' },
  { value: 'recording', label: 'Recording' },
  { value: 'marked', label: 'To look at' },
  { value: 'silent', label: 'Never fired' },
];

/** Rules by group, with their health, what they take and what is odd about them. */
export function RuleList() {
  const { state, nowMs } = usePage();
  const filter = useListFilter();
  const { kind, wanted } = filter;
  const { data: groups, error } = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => ruleGroups(signal),
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
  });
  const names = useQuery({
    queryKey: ['metric names, 30 days'],
    queryFn: async ({ signal }) =>
      new Set(
        await metricNames(
          '',
          { fromMs: nowMs - historyMs, toMs: nowMs, endMs: nowMs, stepSeconds: 60 },
          signal,
        ),
      ),
  });
  const fired = useQuery({
    queryKey: ['alerts that fired, 30 days'],
    queryFn: async ({ signal }) => {
      const found = await queryInstant(
        'group by (alertname) (last_over_time(ALERTS{alertstate="firing"}[30d]))',
        nowMs,
        signal,
        1000,
      );
      return new Set(found.map(({ labels }) => labels['alertname'] ?? ''));
    },
  });
  if (groups === undefined) {
    return error === null ? (
      <Skeleton height={200} />
    ) : (
      <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
    );
  }
  const shown = groups
    .map((group) => ({
      group,
      rules: group.rules
        .map((rule) => ({ rule, marks: marksOf(rule, group.intervalSeconds, names.data, fired.data) }))
        .filter(
          ({ rule, marks }) =>
            isOfKind(kind, rule, marks) &&
            `${rule.name} ${rule.query} ${group.name}`.toLowerCase().includes(wanted),
        ),
    }))
    .filter(({ rules }) => rules.length > 0);
  const count = shown.reduce((sum, { rules }) => sum + rules.length, 0);
  return (
    <section aria-label="Rules" className="sheet">
      <FilterBar
        filter={filter}
        kinds={kinds}
        textLabel="Text in name, expression or group"
        count={`${count} ${count === 1 ? 'rule' : 'rules'}`}
      />
      {shown.length === 0 ? (
        <PanelNote>
          {groups.length === 0
            ? 'No rules are loaded. Name rule files under rules: in tocsin.yaml.'
            : 'No rule matches.'}
        </PanelNote>
      ) : null}
      {shown.map(({ group, rules }) => (
        <section className="card" key={`${group.file} ${group.name}`} aria-label={`Group ${group.name}`}>
          <h2>
            {group.name.slice(0, 100)}{' '}
            <span className="quiet">
              {group.file.slice(-80)} · every {formatDuration(group.intervalSeconds)} · takes{' '}
              {formatValue(group.evaluationSeconds, { kind: 'seconds' })}
            </span>
          </h2>
          <ul className="rules">
            {rules.map(({ rule, marks }) => (
              <RuleRow
                key={`${rule.name} ${rule.query} ${JSON.stringify(rule.labels)}`}
                rule={rule}
                marks={marks}
              />
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function isOfKind(kind: string, rule: Rule, marks: readonly RuleMark[]): boolean {
  if (kind === 'marked') return marks.some((mark) => mark.kind !== 'never fired');
  if (kind === 'silent') return marks.some((mark) => mark.kind === 'never fired');
  return kind === 'all' || kind === rule.kind;
}

function RuleRow({ rule, marks }: { readonly rule: Rule; readonly marks: readonly RuleMark[] }) {
  const { state, nowMs } = usePage();
  const dot =
    rule.health === 'err' || rule.state === 'firing'
      ? 'dot-bad'
      : rule.state === 'pending'
        ? 'dot-warn'
        : rule.health === 'ok'
          ? 'dot-good'
          : '';
  return (
    <li className="rule">
      <p className="row">
        <span className={`dot ${dot}`} />
        <strong>{rule.name.slice(0, 120)}</strong>
        <span className="quiet">
          {rule.kind === 'recording' ? 'recording' : rule.state}
          {rule.firing > 0 ? ` (${rule.firing})` : ''}
          {rule.forSeconds > 0 ? ` · for ${formatDuration(rule.forSeconds)}` : ''}
        </span>
        {marks.map((mark) => (
          <span key={mark.kind} className={`mark mark-${tones[mark.kind]}`} title={mark.text.slice(0, 1000)}>
            {mark.kind}
          </span>
        ))}
        <span className="quiet rule-end">
          {Number.isNaN(rule.evaluatedMs) ? 'not evaluated yet' : formatAgo(rule.evaluatedMs, nowMs)} ·{' '}
          {formatValue(rule.evaluationSeconds, { kind: 'seconds' })}
        </span>
        <Anchor
          component={Link}
          size="xs"
          to={{ pathname: '/explore', search: exploreAddress(state, rule.query) }}
        >
          Explore
        </Anchor>
      </p>
      <p className="mono rule-query">{rule.query.slice(0, 2000)}</p>
      {marks.map((mark) =>
        mark.kind === 'failing' || mark.kind === 'blind' ? (
          <p key={mark.kind} className="error-text">
            {mark.text.slice(0, 500)}
          </p>
        ) : null,
      )}
    </li>
  );
}
