import type { FakeContent } from './fake-parts.ts';

/** Nothing at all, as after the first start. */
export const emptyContent = (): FakeContent => ({
  names: { business: [], usage: [], system: [] },
  metadata: {},
  series: [],
  groups: {},
  failing: [],
  demo: null,
  alerts: [],
  silenced: [],
  notifications: { configured: false, notifications: [] },
  live: false,
  jump: null,
  rules: [],
  silences: [],
  receivers: [],
  asked: null,
  why: {},
  logs: [],
});

const host =
  'node_cpu_seconds_total node_memory_MemAvailable_bytes node_memory_MemTotal_bytes node_memory_Cached_bytes node_load1 node_load5 node_load15 node_network_receive_bytes_total node_network_transmit_bytes_total node_disk_read_bytes_total node_disk_written_bytes_total node_disk_io_time_seconds_total node_filesystem_avail_bytes node_filesystem_size_bytes node_boot_time_seconds node_context_switches_total process_cpu_seconds_total process_resident_memory_bytes nodejs_eventloop_lag_p99_seconds tocsin_http_requests_total tocsin_build_info tocsin_demo_info nodejs_heap_size_total_bytes'.split(
    ' ',
  );

const counter = (help: string, unit = '') => ({ type: 'counter', help, unit });

/** A shop, the host it runs on, two alerts and some log lines, around `nowMs`. */
export function shopContent(nowMs: number): FakeContent {
  const labels = (name: string, layer: string, more: Record<string, string>) => ({
    __name__: name,
    layer,
    job: 'shop',
    instance: 'shop-1',
    ...more,
  });
  const now = nowMs / 1000;
  const alert = (
    name: string,
    severity: string,
    summary: string,
    agoSeconds: number,
    more: Record<string, string> = {},
  ) => ({
    labels: { alertname: name, severity, service: 'shop', ...more },
    annotations: { summary, runbook_url: 'https://runbooks.example/shop', description: `${summary}.` },
    state: 'firing',
    activeAt: new Date(nowMs - agoSeconds * 1000).toISOString(),
    value: '1.25e-01',
    generatorURL: 'http://127.0.0.1:9700/graph?g0.expr=sum%28rate%28shop_orders_total%5B5m%5D%29%29&g0.tab=0',
  });
  const lines = [
    ['info', 'order placed', '{"order":4711,"total_eur":39.9,"customer":"c-812"}'],
    ['warn', 'payment provider slow', '{"provider":"cardhub","ms":1840}'],
    ['error', 'card refused', '{"order":4712,"reason":"insufficient funds"}'],
    ['debug', 'cart updated', '{"items":3}'],
  ] as const;
  return {
    ...emptyContent(),
    names: {
      business: [
        'shop_orders_total',
        'shop_revenue_eur_total',
        'shop_signups_total',
        'shop_checkout_steps_total',
        'shop_open_carts',
      ],
      usage: [
        'http_request_duration_seconds_bucket',
        'http_request_duration_seconds_sum',
        'http_request_duration_seconds_count',
        'shop_active_users',
        'http_requests_total',
        'shop_searches_total',
      ],
      system: host,
    },
    metadata: {
      shop_orders_total: counter('Orders placed.'),
      shop_revenue_eur_total: counter('Revenue of placed orders.', 'EUR'),
      shop_signups_total: counter('Customers who signed up.'),
      shop_checkout_steps_total: counter('Steps taken in the checkout.'),
      shop_open_carts: { type: 'gauge', help: 'Carts with something in them.', unit: '' },
      http_request_duration_seconds: { type: 'histogram', help: 'Time to answer.', unit: 'seconds' },
      http_requests_total: counter('Requests answered.'),
      shop_active_users: { type: 'gauge', help: 'People active in the last 5 minutes.', unit: '' },
    },
    series: [
      ...['card', 'invoice', 'wallet'].map((payment) => labels('shop_orders_total', 'business', { payment })),
      ...['cart', 'address', 'payment', 'paid'].map((step) =>
        labels('shop_checkout_steps_total', 'business', { step }),
      ),
      ...['200', '404', '500'].map((code) => labels('http_requests_total', 'usage', { code })),
    ],
    groups: {
      payment: ['card', 'invoice', 'wallet'],
      step: ['cart', 'address', 'payment', 'paid'],
      code: ['200', '404', '500'],
      status: ['200', '302', '404', '500'],
      route: ['/', '/checkout', '/products/:id'],
      mode: ['user', 'system', 'iowait', 'softirq'],
      mountpoint: ['/', '/home', '/var'],
      device: ['nvme0n1'],
      job: ['tocsin aggregator', 'tocsin alerting', 'tocsin dashboard', 'shop'],
      part: ['aggregator', 'alerting', 'dashboard', 'agent'],
    },
    demo: { incident: 'payment provider is slow', service: 'shop' },
    alerts: [
      alert('CheckoutFailing', 'critical', '12.5% of checkouts fail', 340),
      alert('SlowAnswers', 'warning', 'p99 is above 1 s for 10 minutes', 1320, { route: '/checkout' }),
    ],
    silenced: [],
    notifications: {
      configured: true,
      notifications: [
        {
          id: 'n1',
          at: new Date(nowMs - 300_000).toISOString(),
          receiver: 'default',
          integration: 'email',
          state: 'would_send',
          status: 'firing',
          subject: '[FIRING:1] CheckoutFailing shop (critical)',
          text: '12.5% of checkouts fail\n\nservice = shop\nGraph: http://127.0.0.1:9700/graph',
          attempts: 0,
          error: '',
          alerts: [],
        },
        {
          id: 'n2',
          at: new Date(nowMs - 3_000_000).toISOString(),
          receiver: 'default',
          integration: 'email',
          state: 'would_send',
          status: 'resolved',
          subject: '[RESOLVED] SlowAnswers shop (warning)',
          text: 'Resolved.',
          attempts: 0,
          error: '',
          alerts: [],
        },
      ],
    },
    rules: [
      {
        name: 'shop',
        file: 'rules/shop.yml',
        interval: 15,
        evaluationTime: 0.04,
        rules: [
          {
            type: 'alerting',
            name: 'CheckoutFailing',
            query: 'sum(rate(shop_orders_total[5m])) < 1',
            state: 'firing',
            health: 'ok',
            duration: 60,
            evaluationTime: 0.003,
            lastEvaluation: new Date(nowMs - 4_000).toISOString(),
            labels: { severity: 'critical' },
            annotations: {},
            alerts: [{ state: 'firing' }],
          },
          {
            type: 'alerting',
            name: 'ReturnsMany',
            query: 'rate(shop_returns_total[5m]) > 3',
            state: 'inactive',
            health: 'ok',
            duration: 0,
            evaluationTime: 4.2,
            lastEvaluation: new Date(nowMs - 4_000).toISOString(),
            labels: {},
            annotations: {},
            alerts: [],
          },
          {
            type: 'recording',
            name: 'shop:orders:rate5m',
            query: 'sum by (payment) (rate(shop_orders_total[5m]))',
            health: 'err',
            lastError: 'query timed out',
            evaluationTime: 0.01,
            lastEvaluation: new Date(nowMs - 4_000).toISOString(),
            labels: {},
          },
        ],
      },
    ],
    receivers: ['team-shop', 'on-call'],
    asked: askedQueries(nowMs),
    why: {
      abc123: {
        fingerprint: 'abc123',
        labels: { alertname: 'CheckoutFailing', service: 'shop', severity: 'critical' },
        annotations: { summary: '12.5% of checkouts fail' },
        state: 'firing',
        rule: {
          name: 'CheckoutFailing',
          file: 'rules/shop.yml',
          line: 7,
          group: 'shop',
          expression: 'sum(rate(shop_orders_total[5m])) < 1',
          for: 60,
          value: '0.125',
        },
        steps: [
          {
            at: new Date(nowMs - 340_000).toISOString(),
            stage: 'evaluation',
            text: 'pending, value 0.125',
            detail: {},
          },
          {
            at: new Date(nowMs - 300_000).toISOString(),
            stage: 'attempt',
            text: 'sent to team-shop by email: 250 OK',
            detail: {},
          },
        ],
        now: {
          silencedBy: [],
          inhibitedBy: null,
          routes: [
            {
              receiver: 'team-shop',
              group: '{}:{alertname="CheckoutFailing"}',
              muted: null,
              integrations: [
                { name: 'email', cannotSend: null, nextRound: { notifies: false, reason: 'already told' } },
              ],
            },
          ],
        },
      },
    },
    logs: Array.from({ length: 60 }, (_, index) => {
      const [level, message, attributes] = lines[index % lines.length]!;
      return {
        stream: { service_name: index % 7 === 0 ? 'payments' : 'shop', level, layer: 'business' },
        time: now - 5 - index * 11,
        line: JSON.stringify({ msg: `${message} #${index}`, ...JSON.parse(attributes) }),
      };
    }),
  };
}

/** A page, Grafana and the rules have asked; one of the rules is wrong, and a script still waits. */
function askedQueries(nowMs: number): readonly Record<string, unknown>[] {
  const asked = (id: number, query: string, userAgent: string, more: Record<string, unknown>) => ({
    id,
    time: new Date(nowMs - id * 60_000).toISOString(),
    language: 'promql',
    status: 'success',
    durationSeconds: 0.002 * id,
    series: 12,
    samples: 4_300,
    params: {
      query,
      start: new Date(nowMs - 3_600_000).toISOString(),
      end: new Date(nowMs).toISOString(),
      step: 15,
    },
    httpRequest: {
      clientIP: '127.0.0.1',
      forwardedFor: '',
      method: 'POST',
      path: '/api/v1/query_range',
      userAgent,
      page: '',
    },
    ...more,
  });
  const httpRequest = { clientIP: '127.0.0.1', method: 'GET', path: '/api/v1/query_range' };
  const many = Array.from({ length: 12 }, (_, at) =>
    asked(20 + at, `sum(shop_orders_total) > ${at}`, 'tocsin-alerting', {}),
  );
  return [
    asked(1, 'count(up)', 'curl/8.5', { status: 'running', others: 0, series: null, samples: null }),
    asked(2, 'sum by (payment) (rate(shop_orders_total[5m]))', 'Mozilla/5.0 (X11)', {
      httpRequest: {
        ...httpRequest,
        userAgent: 'Mozilla/5.0 (X11)',
        forwardedFor: '10.0.0.7',
        page: '/dashboards/shop',
      },
    }),
    asked(
      3,
      'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[1h])))',
      'Grafana/12.1',
      {
        durationSeconds: 4.2,
        samples: 2_400_000,
        series: 900,
      },
    ),
    asked(4, 'up + on() up', 'tocsin-alerting', {
      status: 'error',
      error: 'found duplicate series',
      series: null,
      samples: null,
    }),
    ...many,
  ];
}
