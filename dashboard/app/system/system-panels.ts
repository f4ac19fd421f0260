import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { Panel } from '../layout/panel.ts';

const panel = (
  id: string,
  title: string,
  help: string,
  some: Pick<Panel, 'unit' | 'queries'> & Partial<Panel>,
): Panel => ({
  id,
  layer: 'system',
  title,
  help,
  draw: 'lines',
  ...some,
});
const perSecond = { kind: 'number', per: 's' } as const;
const bytes = { kind: 'bytes' } as const;

/** What Tocsin says of itself, in the order data flows. */
export const systemPanels: readonly { readonly title: string; readonly panels: readonly Panel[] }[] = [
  {
    title: 'Coming in',
    panels: [
      panel('agent-sent', 'Samples sent by agents', 'By host.', {
        unit: perSecond,
        queries: [
          {
            expr: 'sum by (instance) (rate(tocsin_agent_samples_sent_total[$window]))',
            legend: '{{instance}}',
          },
        ],
      }),
      panel('agent-spool', 'Waiting in agents’ spools', 'What is not sent yet lies on the agent’s disk.', {
        unit: bytes,
        queries: [{ expr: 'sum by (instance) (tocsin_agent_spool_bytes)', legend: '{{instance}}' }],
      }),
      panel('client-queue', 'Waiting in services', 'Bytes in the library’s queue, by service.', {
        unit: bytes,
        queries: [{ expr: 'sum by (job) (tocsin_client_queue_bytes)', legend: '{{job}}' }],
      }),
      panel('ingest', 'Samples taken in', 'By protocol.', {
        unit: perSecond,
        draw: 'stacked',
        queries: [
          { expr: 'sum by (protocol) (rate(tocsin_ingest_samples_total[$window]))', legend: '{{protocol}}' },
        ],
      }),
      panel('refused', 'Refused samples', 'By reason: too old, too many, wrong.', {
        unit: perSecond,
        queries: [
          {
            expr: 'sum by (reason) (rate(tocsin_ingest_refused_samples_total[$window]))',
            legend: '{{reason}}',
          },
        ],
      }),
      panel('dropped', 'Given up by agents and services', 'Lost for good.', {
        unit: perSecond,
        queries: [
          { expr: 'sum(rate(tocsin_agent_samples_dropped_total[$window]))', legend: 'agents' },
          { expr: 'sum(rate(tocsin_client_dropped_total[$window]))', legend: 'services' },
        ],
      }),
    ],
  },
  {
    title: 'Stored',
    panels: [
      panel('series', 'Series in memory', '', {
        unit: plainNumber,
        queries: [{ expr: 'sum(tocsin_store_series)', legend: 'series' }],
      }),
      panel('store-bytes', 'What is held', 'In memory, in the journal, and in sealed files on disk.', {
        unit: bytes,
        queries: [
          { expr: 'sum(tocsin_store_partition_bytes)', legend: 'sealed' },
          { expr: 'sum(tocsin_store_journal_bytes)', legend: 'journal' },
          { expr: 'sum(tocsin_store_head_bytes)', legend: 'memory' },
          { expr: 'sum(tocsin_logs_block_bytes)', legend: 'logs' },
        ],
      }),
      panel('files', 'Sealed files', '', {
        unit: plainNumber,
        queries: [
          { expr: 'sum(tocsin_store_partitions)', legend: 'metrics' },
          { expr: 'sum(tocsin_logs_blocks)', legend: 'logs' },
        ],
      }),
      panel('quarantine', 'Files that cannot be read', 'Put aside; everything else goes on.', {
        unit: plainNumber,
        queries: [
          { expr: 'sum(tocsin_store_quarantined_files)', legend: 'metrics' },
          { expr: 'sum(tocsin_logs_unreadable_blocks)', legend: 'logs' },
        ],
      }),
    ],
  },
  {
    title: 'Asked',
    panels: [
      panel('queries', 'Queries running and waiting', '', {
        unit: plainNumber,
        queries: [
          { expr: 'sum(tocsin_query_running)', legend: 'running' },
          { expr: 'sum(tocsin_query_waiting)', legend: 'waiting' },
        ],
      }),
      panel('answer-time', 'Time to answer, p95', 'Of each part.', {
        unit: { kind: 'seconds' },
        queries: [
          {
            expr: 'histogram_quantile(0.95, sum by (le, part) (rate(tocsin_http_request_duration_seconds_bucket[$window])))',
            legend: '{{part}}',
          },
        ],
      }),
      panel('requests', 'Requests', 'Of each part.', {
        unit: perSecond,
        draw: 'stacked',
        queries: [{ expr: 'sum by (part) (rate(tocsin_http_requests_total[$window]))', legend: '{{part}}' }],
      }),
    ],
  },
  {
    title: 'Evaluated and sent',
    panels: [
      panel('rule-time', 'Time to evaluate a rule', '', {
        unit: { kind: 'seconds' },
        queries: [0.5, 0.99].map((quantile) => ({
          expr: `histogram_quantile(${quantile}, sum by (le) (rate(tocsin_alerting_evaluation_duration_seconds_bucket[$window])))`,
          legend: `p${quantile * 100}`,
        })),
      }),
      panel('evaluation-trouble', 'Evaluations that failed or were missed', '', {
        unit: perSecond,
        queries: [
          { expr: 'sum(rate(tocsin_alerting_evaluation_failures_total[$window]))', legend: 'failed' },
          { expr: 'sum(rate(tocsin_alerting_evaluations_missed_total[$window]))', legend: 'missed' },
        ],
      }),
      panel('notifications', 'Attempts to notify', 'By outcome.', {
        unit: { kind: 'number', per: 'min' },
        queries: [
          {
            expr: '60 * sum by (outcome) (rate(tocsin_alerting_notifications_total[$slow]))',
            legend: '{{outcome}}',
          },
        ],
      }),
    ],
  },
  {
    title: 'What it costs',
    panels: [
      panel('part-cpu', 'Processor time', 'Of one processor, by part.', {
        unit: { kind: 'ratio' },
        draw: 'stacked',
        queries: [
          { expr: 'sum by (part) (rate(process_cpu_seconds_total{part!=""}[$window]))', legend: '{{part}}' },
        ],
      }),
      panel('part-memory', 'Memory', 'Resident, by part.', {
        unit: bytes,
        draw: 'stacked',
        queries: [{ expr: 'sum by (part) (process_resident_memory_bytes{part!=""})', legend: '{{part}}' }],
      }),
    ],
  },
];
