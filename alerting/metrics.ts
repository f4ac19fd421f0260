import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What alerting counts about itself. */
export function createAlertingMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  return {
    evaluations: new Counter({
      name: 'tocsin_alerting_evaluations_total',
      help: 'Rule evaluations begun.',
      registers,
    }),
    evaluationFailures: new Counter({
      name: 'tocsin_alerting_evaluation_failures_total',
      help: 'Rule evaluations that failed: the aggregator could not be asked, refused the expression, or the result broke the rule.',
      labelNames: ['group'],
      registers,
    }),
    evaluationsMissed: new Counter({
      name: 'tocsin_alerting_evaluations_missed_total',
      help: 'Evaluations left out because the one before was still running, or the process was late.',
      labelNames: ['group'],
      registers,
    }),
    evaluationDuration: new Histogram({
      name: 'tocsin_alerting_evaluation_duration_seconds',
      help: 'Time from asking the aggregator to the recorded result, of one rule.',
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 30],
      registers,
    }),
    aggregatorReachable: new Gauge({
      name: 'tocsin_alerting_aggregator_reachable',
      help: '1 while the aggregator answers, 0 while it cannot be asked.',
      registers,
    }),
    rules: new Gauge({ name: 'tocsin_alerting_rules', help: 'Rules in force.', registers }),
    alerts: new Gauge({
      name: 'tocsin_alerting_alerts',
      help: 'Alerts of our own rules, by state.',
      labelNames: ['state'],
      registers,
    }),
    received: new Counter({
      name: 'tocsin_alerting_alerts_received_total',
      help: 'Alerts posted to the API.',
      registers,
    }),
    refused: new Counter({
      name: 'tocsin_alerting_refused_total',
      help: 'Work refused because a limit was reached, by limit.',
      labelNames: ['reason'],
      registers,
    }),
    decisions: new Counter({
      name: 'tocsin_alerting_decisions_total',
      help: 'What a round of a group decided: message queued, kept because nothing can send it, unchanged, or recorded only.',
      labelNames: ['receiver', 'integration', 'outcome'],
      registers,
    }),
    graphs: new Counter({
      name: 'tocsin_alerting_graphs_total',
      help: 'Graphs for messages: drawn, empty because nothing is stored, or failed; without its graph a message goes out all the same.',
      labelNames: ['outcome'],
      registers,
    }),
    reports: new Counter({
      name: 'tocsin_alerting_reports_total',
      help: 'Reports: queued to be mailed, or failed to be made.',
      labelNames: ['outcome'],
      registers,
    }),
    flushFailures: new Counter({
      name: 'tocsin_alerting_flush_failures_total',
      help: 'Rounds of a group that could not be recorded.',
      registers,
    }),
    sends: new Counter({
      name: 'tocsin_alerting_notifications_total',
      help: 'Attempts to notify, by outcome: sent, retry (will be tried again), failed (given up).',
      labelNames: ['receiver', 'integration', 'outcome'],
      registers,
    }),
    sendDuration: new Histogram({
      name: 'tocsin_alerting_notification_duration_seconds',
      help: 'Time one attempt to notify took.',
      buckets: [0.05, 0.25, 1, 5, 30],
      registers,
    }),
    recorded: new Counter({
      name: 'tocsin_alerting_recorded_samples_total',
      help: 'Samples of recording rules and of ALERTS, by outcome: written, refused by the aggregator, dropped because too many waited.',
      labelNames: ['outcome'],
      registers,
    }),
    reloads: new Counter({
      name: 'tocsin_alerting_reloads_total',
      help: 'Reloads of rules and routing, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

export type AlertingMetrics = ReturnType<typeof createAlertingMetrics>;
