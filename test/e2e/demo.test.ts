import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { queryLogs, queryVector } from '../stack/clients.ts';
import { eventually } from '../stack/eventually.ts';
import { freePorts } from '../stack/free-ports.ts';
import { descendants, isRunning } from '../stack/processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('the demo shows business, usage, system and logs, marked as a demo, and stops within 5 s', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-demo-'));
  const [dashboard, aggregator, otlp, alerting, agent, shop, payments] = await freePorts(7);
  const ports = { dashboard, aggregator, otlp, alerting, agent };
  const listen = Object.entries(ports).map(([name, port]) => `${name}: 127.0.0.1:${port}`);
  await writeFile(
    join(folder, 'tocsin.yaml'),
    `listen: { ${listen.join(', ')} }\nexternal_url: http://127.0.0.1:${dashboard}\nrules: [pack:host, pack:tocsin, pack:shop]\n`,
  );
  const url = `http://127.0.0.1:${aggregator}`;
  const demo = spawn(process.execPath, ['examples/shop/demo.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      TOCSIN_CONFIG: join(folder, 'tocsin.yaml'),
      TOCSIN_DATA_DIR: join(folder, 'data'),
      TOCSIN_URL: url,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlp}`,
      SHOP_PORT: String(shop),
      PAYMENTS_PORT: String(payments),
      PAYMENTS_URL: `http://127.0.0.1:${payments}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(demo, 'exit');
  try {
    await eventually('the word that it runs', async () =>
      output.includes(`http://127.0.0.1:${dashboard}`) ? true : undefined,
    );
    for (const query of [
      'sum(shop_orders_total{layer="business"}) > 0',
      'sum(http_request_duration_seconds_count{job="shop", layer="usage"}) > 0',
      'count(node_load1{layer="system"}) > 0',
      // The payments know nothing but OpenTelemetry.
      'count({job="payments", __name__=~".+"}) > 0',
      'tocsin_demo_info',
    ]) {
      await eventually(
        query,
        async () => ((await queryVector(url, query)).length > 0 ? true : undefined),
        60_000,
      );
    }
    await eventually('log lines', async () =>
      (await queryLogs(url, '{service_name="shop"}')).length > 0 ? true : undefined,
    );
    const family = descendants(demo.pid ?? 0);
    assert.ok(family.length >= 7, `supervisor, parts, shop and payments: ${family.length}`);
    const startMs = performance.now();
    demo.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
    assert.ok(performance.now() - startMs < 5_000);
    await eventually('all processes to end', async () => (family.some(isRunning) ? undefined : true), 5_000);
  } catch (error) {
    demo.kill('SIGKILL');
    throw new Error(`The demo printed:\n${output}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
