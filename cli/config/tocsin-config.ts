import { scrapeConfigsSchema } from '@tocsin/agent/scrape/scrape-config.ts';
import { ANONYMOUS, SHARED, STREAM_AGGREGATION } from '@tocsin/aggregator/ingest/sender-of.ts';
import { isTimeZone } from '@tocsin/alerting/history/is-time-zone.ts';
import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { parseListenAddress } from '@tocsin/runtime/listen-address.ts';
import { z } from 'zod';
import { limitsSchema } from './limits.ts';
import { queriesSchema } from './queries.ts';
import { streamAggregationSchema } from './stream-aggregation.ts';

const duration = z
  .string()
  .refine((text) => parseDurationMs(text) !== null, 'expected a duration such as 15d, 6h or 30s');

const address = z
  .string()
  .refine((text) => parseListenAddress(text) !== null, 'expected HOST:PORT, such as 127.0.0.1:9701');

const addressOrOff = z.union(
  [z.literal('off'), address],
  'expected HOST:PORT, such as 127.0.0.1:4318, or "off"',
);

const keep = z
  .record(
    z.string().regex(/^(raw|\d+(ms|[smhdwy]))$/, 'expected "raw" or a resolution such as 5m'),
    z.union([z.literal('forever'), duration], 'expected a duration such as 90d, or "forever"'),
  )
  .refine((tiers) => Object.keys(tiers).length > 0, 'expected at least one tier');

const TAKEN_NAMES = new Set([ANONYMOUS, SHARED, STREAM_AGGREGATION]);

/** The keys of tocsin.yaml. Every key has a default; the default file is empty. */
export const tocsinConfigSchema = z.strictObject({
  data_dir: z
    .string()
    .min(1)
    .default('./data')
    .describe('Where everything is stored; relative to this file.'),
  listen: z
    .strictObject({
      dashboard: address.default('127.0.0.1:9700'),
      aggregator: address.default('127.0.0.1:9701'),
      otlp: addressOrOff
        .default('127.0.0.1:4318')
        .describe('OTLP/HTTP beside the aggregator\'s own port; "off" closes it.'),
      alerting: address.default('127.0.0.1:9702'),
      agent: address.default('127.0.0.1:9703'),
    })
    .prefault({})
    .describe('Where each part listens.'),
  allowed_hosts: z
    .array(z.string())
    .default([])
    .describe('Further host names under which browsers may reach the parts, e.g. behind a proxy.'),
  auth: z
    .strictObject({
      token_file: z.string().optional().describe('A file holding the token every request must carry.'),
      senders: z
        .array(
          z.strictObject({
            name: z
              .string()
              .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'expected letters, digits, "_", "." or "-"')
              .refine((name) => !TAKEN_NAMES.has(name), 'this name has a meaning already')
              .describe('Under which its series are counted.'),
            token_file: z.string().describe('A file holding its token, which is good for sending only.'),
            series: z.int().min(1).optional().describe('In place of limits.series_per_sender.'),
          }),
        )
        .default([])
        .describe('Tokens of those who only send, each under a name of its own.'),
    })
    .prefault({})
    .describe('Needed before a part listens beyond loopback.'),
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe("The parts' own logs."),
  external_url: z.url().default('http://127.0.0.1:9700').describe('What links in mails point to.'),
  shard_threads: z
    .int()
    .min(1)
    .max(16)
    .optional()
    .describe(
      'Threads that store metrics, of a new data directory; by default one for each processor but one, up to 8.',
    ),
  limits: limitsSchema,
  queries: queriesSchema,
  retention: z
    .array(z.strictObject({ match: z.string(), keep }))
    .default([])
    .describe('Which series are kept how long in which resolution; first match wins.'),
  retention_schedule: z
    .string()
    .optional()
    .describe(
      'When days are rolled up and outdated files removed, as a cron expression in UTC; by default hourly.',
    ),
  layers: z
    .array(z.strictObject({ match: z.string(), layer: z.enum(['business', 'usage', 'system']) }))
    .default([])
    .describe('The layer of series that come without one; first match wins.'),
  stream_aggregation: streamAggregationSchema,
  log_retention: z
    .union([z.literal('forever'), duration], 'expected a duration such as 7d, or "forever"')
    .default('7d')
    .describe('How long log lines are kept.'),
  alert_history: z
    .union([z.literal('forever'), duration], 'expected a duration such as 90d, or "forever"')
    .default('90d')
    .describe('How long what happened to alerts and notifications is kept; by number it is limited as well.'),
  rules: z
    .array(z.string())
    .default(['pack:host', 'pack:tocsin'])
    .describe('Shipped packs by name, and Prometheus rule files as paths or globs.'),
  reports: z
    .array(
      z.strictObject({
        every: z.enum(['day', 'week', 'month']),
        at: z
          .string()
          .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 08:00, in quotes')
          .default('08:00'),
        time_zone: z.string().refine(isTimeZone, 'expected a time zone such as Europe/Berlin').default('UTC'),
        receiver: z.string(),
        title: z.string().min(1).max(200).default('Alerts'),
        graphs: z
          .array(z.strictObject({ title: z.string().min(1).max(200), expr: z.string() }))
          .max(8, 'expected at most 8 graphs')
          .default([]),
      }),
    )
    .max(20, 'expected at most 20 reports')
    .default([])
    .describe('Mailed when a day, a week or a month is over: what fired, who was told, what to repair.'),
  ruler_api: z
    .boolean()
    .default(false)
    .describe('Whether rules may be written through /config/v1/rules, as the rule editor of Grafana does.'),
  routing: z
    .string()
    .default('alertmanager.yml')
    .describe("Who is notified: a file in Alertmanager's format; may be missing."),
  dashboards: z
    .array(z.string())
    .default(['dashboards/*.yml'])
    .describe('Dashboard files as paths or globs.'),
  scrape_configs: scrapeConfigsSchema.default([]).describe("What the agent scrapes, in Prometheus' format."),
  agent: z
    .strictObject({
      send_to: z.url().optional().describe('Where the agent sends; by default the aggregator of this file.'),
    })
    .prefault({}),
  evaluation_interval: duration
    .refine((text) => parseDurationMs(text) !== 0, 'expected more than 0, such as 15s')
    .default('15s')
    .describe('How often rules are evaluated that do not say it themselves.'),
  query_url: z
    .url()
    .optional()
    .describe('Where alerting and the dashboard ask; by default the aggregator of this file.'),
  alerting_url: z
    .url()
    .optional()
    .describe('Where the dashboard finds alerting; by default the one of this file.'),
  cluster: z
    .strictObject({ nats: z.array(z.string()).max(0, 'clusters are not supported yet').default([]) })
    .prefault({}),
});

export type TocsinConfig = z.output<typeof tocsinConfigSchema>;
