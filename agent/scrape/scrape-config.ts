import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[^\s/:[\]?#@\\]+)(:\d{1,5})?$/;

const duration = z
  .string()
  .refine((text) => (parseDurationMs(text) ?? 0) > 0, 'expected a duration such as 15s');
const labels = z.record(z.string().regex(LABEL_NAME, 'expected a label name'), z.string());
const notYet = (what: string) =>
  z
    .never({ error: `this agent does not know ${what} yet; list the targets under static_configs` })
    .optional();
const notHere = (advice: string) =>
  z.never({ error: `this agent does not know it yet; ${advice}` }).optional();

const staticConfig = z.strictObject({
  targets: z
    .array(
      z
        .string()
        .refine(
          (text) => ADDRESS.test(text) && URL.canParse(`http://${text}`),
          'expected HOST:PORT, such as 127.0.0.1:9100; scheme and path have keys of their own',
        ),
    )
    .min(1),
  labels: labels.default({}),
});

const authorization = z
  .strictObject({
    type: z.string().default('Bearer'),
    credentials: z.string().optional(),
    credentials_file: z.string().optional(),
  })
  .refine(
    (value) => (value.credentials === undefined) !== (value.credentials_file === undefined),
    'expected either credentials or credentials_file',
  );

const basicAuth = z.strictObject({
  username: z.string(),
  password: z.string().optional(),
  password_file: z.string().optional(),
});

/** One entry of `scrape_configs`, in Prometheus' format. Keys of Prometheus that are missing here say so by name. */
const scrapeConfig = z
  .strictObject({
    job_name: z.string().min(1),
    scrape_interval: duration.default('15s'),
    scrape_timeout: duration.optional(),
    metrics_path: z.string().startsWith('/').default('/metrics'),
    scheme: z.enum(['http', 'https']).default('http'),
    params: z.record(z.string(), z.array(z.string())).default({}),
    honor_labels: z.boolean().default(false),
    honor_timestamps: z.boolean().default(true),
    sample_limit: z.int().min(0).default(0),
    body_size_limit: z
      .union([z.literal(0), z.string().regex(/^\d+([KMG]i?)?B$/, 'expected a size such as 10MB')])
      .default(0),
    authorization: authorization.optional(),
    basic_auth: basicAuth.optional(),
    static_configs: z.array(staticConfig).default([]),
    relabel_configs: notHere('give labels under static_configs'),
    metric_relabel_configs: notHere('drop metrics where they are made'),
    tls_config: notHere('certificates are checked against those the system trusts'),
    oauth2: notHere('use authorization or basic_auth'),
    proxy_url: notHere('targets are asked directly'),
    file_sd_configs: notYet('file_sd_configs'),
    http_sd_configs: notYet('http_sd_configs'),
    dns_sd_configs: notYet('dns_sd_configs'),
    consul_sd_configs: notYet('consul_sd_configs'),
    kubernetes_sd_configs: notYet('kubernetes_sd_configs'),
    docker_sd_configs: notYet('docker_sd_configs'),
    ec2_sd_configs: notYet('ec2_sd_configs'),
  })
  .refine((config) => timeoutMsOf(config) <= intervalMsOf(config), {
    path: ['scrape_timeout'],
    error: 'the timeout must not be longer than scrape_interval',
  });

export type ScrapeConfig = z.output<typeof scrapeConfig>;

/** What stands under `scrape_configs`. Two jobs may not share a name: their series would be one. */
export const scrapeConfigsSchema = z.array(scrapeConfig).superRefine((configs, context) => {
  const names = new Set<string>();
  for (const [index, { job_name }] of configs.entries()) {
    if (names.has(job_name)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'job_name'],
        message: `job "${job_name}" is there twice`,
      });
    }
    names.add(job_name);
  }
});

const TIMEOUT_DEFAULT_MS = 10_000;

export function intervalMsOf(config: { readonly scrape_interval: string }): number {
  return parseDurationMs(config.scrape_interval) ?? 0;
}

/** As Prometheus: 10 s unless said, never more than the interval unless said so, which is an error. */
export function timeoutMsOf(config: {
  readonly scrape_interval: string;
  readonly scrape_timeout?: string | undefined;
}): number {
  const given = config.scrape_timeout === undefined ? null : parseDurationMs(config.scrape_timeout);
  return given ?? Math.min(TIMEOUT_DEFAULT_MS, intervalMsOf(config));
}
