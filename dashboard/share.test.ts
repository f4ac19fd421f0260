import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { createDashboard } from './dashboard.ts';

const shop = `title: The shop
variables: [{ name: job, values_of: job }]
panels:
  - { draw: timeseries, title: "Orders of $job", repeat: job, queries: ['orders{job="$job"}'] }
  - { draw: text, title: Note, markdown: "Grüße, 世界" }
sections:
  - title: More
    panels:
      - { draw: stat, title: Broken, queries: [broken_total] }
      - { draw: logs, title: Lines }
`;

describe('sharing', () => {
  let folder: string;
  let dashboard: Part;
  let url: string;
  const asked: string[] = [];
  const aggregator = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const params = new URLSearchParams(body);
      const query = params.get('query') ?? '';
      asked.push(query);
      const isBroken = query.includes('broken');
      const [start, step] = [Number(params.get('start')), Number(params.get('step'))];
      const values = Array.from({ length: 20 }, (_, index) => [start + index * step, String(index % 7)]);
      response.statusCode = isBroken ? 422 : 200;
      response.end(
        JSON.stringify(
          isBroken
            ? { status: 'error', error: 'query timed out' }
            : request.url === '/api/v1/series'
              ? { status: 'success', data: [{ job: 'shop' }, { job: 'pay' }] }
              : { status: 'success', data: { result: [{ metric: { a: '<b>&"' }, values }] } },
        ),
      );
    });
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-share-'));
    await writeFile(join(folder, 'shop.yml'), shop);
    await new Promise<void>((resolve) => aggregator.listen(0, '127.0.0.1', resolve));
    dashboard = createDashboard(
      { clock: systemClock, log: silentLog, registry: createMetricsRegistry('dashboard', '0') },
      {
        listen: { host: '127.0.0.1', port: 0 },
        aggregatorUrl: `http://127.0.0.1:${(aggregator.address() as AddressInfo).port}`,
        alertingUrl: 'http://127.0.0.1:1',
        dashboards: { files: async () => [join(folder, 'shop.yml')], home: null },
        dataFolder: folder,
        pageFolder: folder,
      },
    );
    await dashboard.start();
    url = `http://127.0.0.1:${dashboard.address.port}`;
  });
  after(async () => {
    await dashboard.stop();
    aggregator.closeAllConnections();
    await new Promise((resolve) => aggregator.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('draws a panel as PNG, SVG and PDF without a browser', async () => {
    const ask = (format: string) =>
      fetch(
        `${url}/api/tocsin/v1/render/panel.${format}?expr=rate(orders_total[$window])&title=Orders%20%3Cb%3E&last=1h&unit=EUR/min`,
      );
    const png = await ask('png');
    assert.deepEqual([png.status, png.headers.get('content-type')], [200, 'image/png']);
    const bytes = Buffer.from(await png.arrayBuffer());
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.equal(bytes.readUInt32BE(16), 1800, 'twice 900 pixels wide');
    assert.ok(
      asked.some((query) => /^rate\(orders_total\[\d+s\]\)$/.test(query)),
      asked.join(),
    );
    const svg = await ask('svg');
    assert.match(svg.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    const text = await svg.text();
    assert.match(text, /^<svg/);
    assert.match(text, /Orders &lt;b&gt;/);
    assert.equal((await ask('pdf')).headers.get('content-type'), 'application/pdf');
  });

  it('makes a PDF of a dashboard with its variables, and of what fails only its place', async () => {
    asked.length = 0;
    const answer = await fetch(`${url}/api/tocsin/v1/render/dashboards/shop.pdf?last=1h&var-job=pay`);
    assert.equal(answer.status, 200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
    assert.ok(bytes.length > 10_000, `${bytes.length} bytes`);
    assert.deepEqual(
      asked.filter((query) => query.includes('orders')),
      ['orders{job="pay"}'],
    );
  });

  it('refuses what cannot be drawn, and says why', async () => {
    for (const [path, status, pattern] of [
      ['panel.png', 400, /queries/],
      ['panel.png?expr=up&width=9', 400, /width is a whole number/],
      ['panel.gif?expr=up', 404, /png, svg or pdf/],
      ['panel.png?expr=up&unit=parsec', 400, /unit/],
      ['dashboards/gone.pdf', 404, /no dashboard gone/],
    ] as const) {
      const answer = await fetch(`${url}/api/tocsin/v1/render/${path}`);
      assert.equal(answer.status, status, path);
      assert.match(await answer.text(), pattern, path);
    }
  });

  it('shortens a link and leads back, but to this page only', async () => {
    const shorten = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${url}/api/tocsin/v1/links`, {
        method: 'POST',
        body: JSON.stringify({ path }),
        headers: { 'Content-Type': 'application/json', ...headers },
      });
    const answer = (await (await shorten('/explore?expr=up&last=6h')).json()) as { data: { path: string } };
    const followed = await fetch(url + answer.data.path, { redirect: 'manual' });
    assert.deepEqual([followed.status, followed.headers.get('location')], [302, '/explore?expr=up&last=6h']);
    assert.equal((await shorten('//evil.example/')).status, 400);
    assert.equal((await shorten('/x', { Origin: 'http://127.0.0.1:3000' })).status, 403);
    assert.equal((await fetch(`${url}/s/0000000000`)).status, 404);
  });
});
