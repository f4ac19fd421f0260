import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { incidentsFromEnvironment } from './incidents.ts';

// A service instrumented with OpenTelemetry alone: it does not know Tocsin, which takes OTLP on port 4318.
process.env['OTEL_SERVICE_NAME'] ??= 'payments';
process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ??= 'http://127.0.0.1:4318';
process.env['OTEL_TRACES_EXPORTER'] ??= 'none';
process.env['OTEL_METRICS_EXPORTER'] ??= 'otlp';
process.env['OTEL_METRIC_EXPORT_INTERVAL'] ??= '10000';
process.env['OTEL_LOGS_EXPORTER'] ??= 'otlp';

// After the settings, which it reads when it is loaded.
const { NodeSDK } = await import('@opentelemetry/sdk-node');
const { logs, metrics, SeverityNumber } = await import('@opentelemetry/api');
const sdk = new NodeSDK();
sdk.start();

const meter = metrics.getMeter('payments');
const payments = meter.createCounter('payments', { description: 'Payments asked for, by outcome.' });
const amounts = meter.createCounter('payments.amount', { description: 'Money taken.', unit: 'EUR' });
const duration = meter.createHistogram('payment.duration', { description: 'Time to decide.', unit: 's' });
const log = logs.getLogger('payments');
const incidents = incidentsFromEnvironment(process.env);
const BODY_MAX = 10_000;
// The label that puts a metric into its place on the dashboard.
const LAYER = { layer: 'business' };
const DECLINED_SHARE = 0.04;

async function decide(request: IncomingMessage): Promise<{ status: number; outcome: string; euros: number }> {
  if (request.method !== 'POST' || request.url !== '/payments')
    return { status: 404, outcome: 'unknown', euros: 0 };
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > BODY_MAX) return { status: 413, outcome: 'invalid', euros: 0 };
  }
  const euros = eurosOf(body);
  if (euros === null) return { status: 400, outcome: 'invalid', euros: 0 };
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
  if (incidents.at(Date.now())?.name === 'payment outage')
    return { status: 503, outcome: 'unavailable', euros };
  return Math.random() < DECLINED_SHARE
    ? { status: 402, outcome: 'declined', euros }
    : { status: 201, outcome: 'taken', euros };
}

function eurosOf(body: string): number | null {
  try {
    const { euros } = JSON.parse(body);
    return typeof euros === 'number' && euros > 0 ? euros : null;
  } catch {
    return null;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startMs = performance.now();
  const { status, outcome, euros } = await decide(request);
  response.writeHead(status).end();
  payments.add(1, { outcome, ...LAYER });
  if (outcome === 'taken') amounts.add(euros, LAYER);
  duration.record((performance.now() - startMs) / 1_000, { outcome, layer: 'usage' });
  if (outcome === 'unavailable') {
    log.emit({
      severityNumber: SeverityNumber.ERROR,
      severityText: 'ERROR',
      body: 'the acquiring bank does not answer',
      attributes: { euros },
    });
  }
}

const server = createServer((request, response) => {
  // A customer who hangs up in the middle is no reason to end.
  answer(request, response).catch(() => response.destroy());
});
server.listen(Number(process.env['PAYMENTS_PORT'] ?? 9711), '127.0.0.1', () => process.send?.('ready'));

async function stop(): Promise<void> {
  server.close();
  server.closeAllConnections();
  const late = new Promise((resolve) => setTimeout(resolve, 2_000));
  await Promise.race([sdk.shutdown(), late]);
  process.exit(0);
}
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.once('disconnect', () => void stop());
