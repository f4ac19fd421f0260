/** In minutes. The world is looked at, and changes, once an evaluation. */
export const TIMES = {
  evaluationMinutes: 10,
  forMinutes: { Down: 10, Slow: 0, Load: 0, TocsinAggregatorUnreachable: 1 },
  keepFiringMinutes: { Down: 0, Slow: 20, Load: 0, TocsinAggregatorUnreachable: 1 },
  groupIntervalMinutes: 10,
  repeatMinutes: 240,
} as const;

export const RULES = `groups:
  - name: hosts
    interval: ${TIMES.evaluationMinutes}m
    rules:
      - { alert: Down, expr: down == 1, for: ${TIMES.forMinutes.Down}m, labels: { severity: page } }
      - { alert: Slow, expr: slow == 1, keep_firing_for: ${TIMES.keepFiringMinutes.Slow}m, labels: { severity: notice } }
      - alert: Load
        metric: load
        severities: [{ severity: warning, above: 80 }, { severity: critical, above: 95 }]
`;

export const ROUTING = `route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 30s
  group_interval: ${TIMES.groupIntervalMinutes}m
  repeat_interval: ${TIMES.repeatMinutes}m
  routes:
    - { matchers: ['service="s0"'], receiver: team, group_by: [alertname, instance] }
    - { matchers: ['service="s1"'], receiver: night, mute_time_intervals: [weekends], group_wait: 0s }
inhibit_rules:
  - { source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Slow"'], equal: [instance] }
time_intervals:
  - { name: weekends, time_intervals: [{ weekdays: ['saturday', 'sunday'] }] }
receivers:
  - { name: everyone, webhook_configs: [{ url: 'http://everyone/' }] }
  - { name: team, webhook_configs: [{ url: 'http://team/' }] }
  - { name: night, webhook_configs: [{ url: 'http://night/', send_resolved: false }] }
`;
