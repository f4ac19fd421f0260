import { anyValueOf } from '@tocsin/protocol/otlp/any-value-of.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { collectProcessMetrics } from '@tocsin/runtime/process-metrics.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { Registry } from 'prom-client';
import { limits } from '../limits.ts';
import { createMemoryQueue } from '../send/memory-queue.ts';
import { createOtlpLogsTransport } from '../send/otlp-logs.ts';
import type { Transport } from '../send/outcome.ts';
import { createRemoteWriteTransport } from '../send/remote-write.ts';
import { createSender, type Sender } from '../send/sender.ts';
import type { ResolvedOptions } from './agent-options.ts';
import { createExpressMiddleware, type Middleware } from './express-middleware.ts';
import { createLayers } from './layer.ts';
import { createLogShipper, type LineStream } from './log-shipper.ts';
import { createMetricFactory, type MetricFactory } from './metric-factory.ts';
import { createMetricsPusher } from './metrics-pusher.ts';
import type { PinoKeys } from './pino-record.ts';
import { readRegistries } from './registry-reader.ts';
import { createSelfMetrics, type Signal } from './self-metrics.ts';
import type { ActiveSpan } from './trace-context.ts';

/** What a service holds in its hands. No call of it throws, and none waits for the network unless it says so. */
export interface Agent extends MetricFactory {
  /** The registry of the metrics made here: give it to what has prom-client metrics of its own to add. */
  readonly registry: Registry;
  /** A pino logger whose lines go to standard output as usual, and to Tocsin. */
  logger(options?: LoggerOptions): Logger;
  /** A second destination for a pino of one's own: `pino(options, pino.multistream([..., agent.pinoStream()]))`. */
  pinoStream(keys?: PinoKeys): LineStream;
  /** Measures the requests of an express application: `app.use(agent.express())`, before the routes. */
  express(): Middleware;
  /** Collects and sends now, within 2 s. True when all of it has arrived. */
  flush(): Promise<boolean>;
  /** Sends the last values, says that the series end, and stops, within 2 s. Runs by itself at the program's end. */
  shutdown(): Promise<void>;
}

export interface ServiceAgentDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly client: HttpClient;
  readonly activeSpan: ActiveSpan;
  readonly hostName: string;
  readonly version: string;
  readonly standardOutput: () => DestinationStream;
  readonly warn: (message: string) => void;
  /** Runs the action at the program's end; returns how to forget it. */
  readonly onExit: (action: () => Promise<void>) => () => void;
}

export function createServiceAgent(deps: ServiceAgentDeps, options: ResolvedOptions): Agent {
  const { clock, random, client, activeSpan } = deps;
  const { service, instance, url } = options;
  const registry = new Registry();
  const layers = createLayers(options.layer);
  const self = createSelfMetrics(registry);
  const onMisuse = (error: unknown): void => {
    self.misused();
    deps.warn(error instanceof Error ? error.message : String(error));
  };
  const metrics = createMetricFactory(registry, layers, onMisuse);
  if (options.defaultMetrics) collectProcessMetrics(registry);

  const userAgent = `tocsin-agent/${deps.version}`;
  const senderOf = (signal: Signal, bytesMax: number, transport: Transport): Sender => {
    const queue = createMemoryQueue(bytesMax, ({ items }) => self.dropped(signal, 'queue_full', items));
    self.watchQueue(signal, queue);
    return createSender({
      clock,
      random,
      queue,
      transport,
      observe(outcome, parcel, detail) {
        self.observeSend(outcome, parcel);
        if (outcome !== 'delivered') deps.warn(detail);
      },
    });
  };
  const metricsSender = senderOf(
    'metrics',
    limits.metricsQueueBytesMax,
    createRemoteWriteTransport({ client, clock }, { url: `${url}/api/v1/write`, userAgent }),
  );
  const logsSender = senderOf(
    'logs',
    limits.logsQueueBytesMax,
    createOtlpLogsTransport({ client, clock }, { url: `${url}/v1/logs`, userAgent }),
  );
  const pusher = createMetricsPusher(
    {
      clock,
      random,
      sender: metricsSender,
      read: (atMs) =>
        readRegistries(
          clock,
          [registry, ...options.registries],
          (metric) => ({ service, job: service, instance, layer: layers.of(metric) }),
          atMs,
          () => self.collectFailed(),
        ),
      onTooMany: (dropped) => self.dropped('metrics', 'too_many_series', dropped),
      onFailure: onMisuse,
    },
    options.intervalMs,
  );
  const resource = {
    'service.name': service,
    'service.instance.id': instance,
    'host.name': deps.hostName,
    'telemetry.sdk.name': 'tocsin',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': deps.version,
  };
  const shipper = createLogShipper(
    {
      clock,
      sender: logsSender,
      activeSpan,
      onDrop: (lines) => self.dropped('logs', 'buffer_full', lines),
      onFailure: onMisuse,
    },
    Object.entries(resource).map(([key, value]) => ({ key, value: anyValueOf(value) })),
  );

  let ending: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    if (url === null) return;
    await Promise.all([pusher.end(), shipper.end()]);
    await Promise.all([metricsSender, logsSender].map((sender) => sender.drain(limits.exitFlushMs)));
    await Promise.all([metricsSender.stop(), logsSender.stop()]);
    client.close();
  };
  const shutdown = (): Promise<void> => {
    ending ??= end().finally(() => forget());
    return ending;
  };
  const forget = deps.onExit(shutdown);
  if (url !== null) pusher.start();
  const inert: LineStream = { writable: true, write: () => undefined };
  const pinoStream = (keys?: PinoKeys): LineStream => (url === null ? inert : shipper.stream(keys));

  return {
    ...metrics,
    registry,
    pinoStream,
    logger(settings = {}) {
      const output = deps.standardOutput();
      const shipped = pinoStream({
        ...(settings.messageKey !== undefined && { messageKey: settings.messageKey }),
        ...(settings.errorKey !== undefined && { errorKey: settings.errorKey }),
      });
      return pino(withSpan(settings, activeSpan), {
        write(line: string) {
          output.write(line);
          shipped.write(line);
        },
      });
    },
    express: () => createExpressMiddleware(metrics, clock),
    async flush() {
      if (url === null || ending) return url === null;
      await Promise.all([pusher.push(), shipper.push()]);
      const sent = await Promise.all(
        [metricsSender, logsSender].map((sender) => sender.flush(limits.exitFlushMs)),
      );
      return sent.every(Boolean);
    },
    shutdown,
  };
}

/** The settings with the active span's ids mixed into each line. */
function withSpan(settings: LoggerOptions, activeSpan: ActiveSpan): LoggerOptions {
  const { mixin } = settings;
  return {
    ...settings,
    mixin(merged, level, logger) {
      const own = mixin?.(merged, level, logger) ?? {};
      const span = activeSpan();
      return span ? { trace_id: span.traceId, span_id: span.spanId, trace_flags: span.flags, ...own } : own;
    },
  };
}
