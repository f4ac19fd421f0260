import { Anchor, Badge } from '@mantine/core';
import { formatNumber } from '@tocsin/chart/units/format.ts';
import { Link } from 'react-router';
import { parseAddress, timeAddress } from '../address/address.ts';
import { usePage } from '../page/page-context.ts';
import { formatAgo, formatMoment } from '../time/clock-text.ts';
import { type PageAlert, severityGrade } from './alert.ts';

const told = new Set(['alertname', 'severity', '__name__', 'layer', 'runbook_url']);
const colours = ['blue.8', '#b8430c', 'red.9'] as const;
const labelsMax = 6;
const textLengthMax = 300;

/** One alert: how bad, what, since when, and where to look. */
export function AlertRow({ alert }: { readonly alert: PageAlert }) {
  const { state, nowMs, openQuery } = usePage();
  const isLinked = alert.fingerprint !== '' && alert.fingerprint === state.alert;
  const grade = severityGrade(alert.severity);
  const labels = Object.entries(alert.labels).filter(([name]) => !told.has(name));
  const expr = alert.graphUrl === undefined ? '' : parseAddress(new URL(alert.graphUrl).search).query;
  const isQuiet = alert.state === 'pending' || alert.muted !== undefined;
  return (
    <li
      className={`alert alert-${isQuiet ? 'quiet' : grade}${isLinked ? ' alert-linked' : ''}`}
      aria-current={isLinked ? true : undefined}
    >
      <Badge color={isQuiet ? 'gray' : colours[grade]} variant={isQuiet ? 'outline' : 'filled'}>
        {alert.muted ?? (alert.state === 'pending' ? 'pending' : alert.severity.slice(0, 20))}
      </Badge>
      <div className="alert-what">
        <p className="alert-title">
          <strong>{alert.name.slice(0, 100)}</strong>
          {alert.summary === '' ? null : <bdi> {alert.summary.slice(0, textLengthMax)}</bdi>}
        </p>
        <p className="alert-labels">
          {Number.isNaN(alert.value) ? null : (
            <span className="alert-value">value {formatNumber(alert.value)}</span>
          )}
          {labels.slice(0, labelsMax).map(([name, value]) => (
            <span key={name} title={`${name}="${value.slice(0, 1000)}"`}>
              {name.slice(0, 60)}=<bdi>{value.slice(0, 60)}</bdi>
            </span>
          ))}
          {labels.length > labelsMax ? <span>and {labels.length - labelsMax} more</span> : null}
        </p>
      </div>
      <time className="alert-since" title={formatMoment(alert.sinceMs, nowMs)}>
        {formatAgo(alert.sinceMs, nowMs)}
      </time>
      <span className="alert-links">
        {expr !== '' ? (
          <Anchor component="button" type="button" size="xs" mih={24} onClick={() => openQuery(expr)}>
            Graph
          </Anchor>
        ) : alert.graphUrl !== undefined ? (
          <Anchor href={alert.graphUrl} target="_blank" rel="noreferrer" size="xs">
            Graph
          </Anchor>
        ) : null}
        {alert.fingerprint === '' ? null : (
          <Anchor
            component={Link}
            size="xs"
            to={{
              pathname: `/alerts/why/${encodeURIComponent(alert.fingerprint)}`,
              search: timeAddress(state),
            }}
          >
            Why
          </Anchor>
        )}
        {alert.runbookUrl === undefined ? null : (
          <Anchor href={alert.runbookUrl} target="_blank" rel="noreferrer" size="xs">
            Runbook
          </Anchor>
        )}
      </span>
    </li>
  );
}
