import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertReport, mergeAlerts, safeUrl, severityGrade } from './alert.ts';

const report = (labels: Record<string, string>, some: Partial<AlertReport> = {}): AlertReport => ({
  labels,
  annotations: {},
  state: 'firing',
  sinceMs: 1000,
  value: Number.NaN,
  generatorUrl: '',
  ...some,
});

test('the same alert from both APIs is one, with the value of one and the silence of the other', () => {
  const alerts = mergeAlerts(
    [report({ alertname: 'A', severity: 'page' }, { value: 7 })],
    [
      report(
        { severity: 'page', alertname: 'A' },
        { muted: 'silenced', sinceMs: 2000, generatorUrl: 'http://x/g' },
      ),
    ],
  );
  assert.equal(alerts.length, 1);
  assert.equal(alerts[0]?.graphUrl, 'http://x/g');
  assert.deepEqual([alerts[0]?.value, alerts[0]?.muted, alerts[0]?.sinceMs], [7, 'silenced', 1000]);
});

test('worst first, then oldest; muted and pending ones last', () => {
  const alerts = mergeAlerts(
    [
      report({ alertname: 'pending', severity: 'critical' }, { state: 'pending' }),
      report({ alertname: 'young', severity: 'warning' }, { sinceMs: 9000 }),
      report({ alertname: 'old', severity: 'warning' }),
      report({ alertname: 'worst', severity: 'critical' }),
      report({ alertname: 'odd', severity: 'purple' }),
    ],
    [report({ alertname: 'silent', severity: 'critical' }, { muted: 'silenced' })],
  );
  assert.deepEqual(
    alerts.map(({ name }) => name),
    ['worst', 'old', 'young', 'odd', 'silent', 'pending'],
  );
});

test('only web addresses become links', () => {
  assert.equal(safeUrl('javascript:alert(1)'), undefined);
  assert.equal(safeUrl('data:text/html,x'), undefined);
  assert.equal(safeUrl('/runbook'), undefined);
  assert.equal(safeUrl('https://runbooks.example/a'), 'https://runbooks.example/a');
});

test('unknown severities are for the day', () => {
  assert.deepEqual(['critical', 'warning', 'whatever', 'info'].map(severityGrade), [2, 1, 1, 0]);
});
