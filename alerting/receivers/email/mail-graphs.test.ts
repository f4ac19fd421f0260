import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getLabel, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { createLog } from '@tocsin/runtime/log.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import type { Drawer } from '../../graph/drawer.ts';
import { graphRequests } from '../../graph/graph-request.ts';
import { createGraphs, type Graphs } from '../../graph/graphs.ts';
import { createThreadDrawer } from '../../graph/thread-drawer.ts';
import { createRangeQuery } from '../../history/range-query.ts';
import { ALERTING_LIMITS } from '../../limits.ts';
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider.ts';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { MESSAGE_KEY } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { DEFAULT_TEMPLATES } from '../default-templates.ts';
import { createEmail } from './email.ts';
import type { EmailSource } from './email-schema.ts';
import { loadEmail } from './load-email.ts';

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const KEY = { ...MESSAGE_KEY, messageId: '1b4e28ba-2fa1-4d2e-883f-0016d3cca427', groupKey: 'g' };

/** A matrix in which two instances have a value each minute. */
const matrix = (value: string) =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: ['a', 'b'].map((instance) => ({
        metric: { __name__: 'errors', instance },
        values: Array.from({ length: 60 }, (_, i) => [START_MS / 1_000 - 3_000 + i * 60, value]),
      })),
    },
  });

function notification() {
  const base = sampleNotification('firing', { instance: 'a' });
  const [alert] = base.alerts;
  const of = (instance: string, fingerprint: string, expression: string) => ({
    ...alert!,
    fingerprint,
    labels: labelsFromObject({ alertname: 'Down "<&>"', severity: 'page', instance }),
    generatorUrl: `http://tocsin.test/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=0`,
  });
  return {
    ...base,
    alerts: [
      of('a', 'f00', 'errors > 5'),
      of('b', 'f01', 'errors > 5'),
      of('c', 'f02', 'absent(x)'),
      { ...alert!, fingerprint: 'f03', generatorUrl: '' },
    ],
  };
}

describe('graphs in mails', () => {
  let server: MailServer;
  let aggregator: FakeProvider;
  const http = createHttpClient();
  const drawer = createThreadDrawer(systemClock);
  const outcomes: string[] = [];
  before(async () => {
    server = await startMailServer();
    aggregator = await startFakeProvider((response) => void response.end(matrix('7')));
  });
  after(async () => {
    http.close();
    await Promise.all([server.stop(), aggregator.stop(), drawer.stop()]);
  });

  const graphsWith = (changes: { readonly drawer?: Drawer; readonly clock?: typeof systemClock } = {}) =>
    createGraphs({
      // It stands still, so that a busy machine is no reason to go without a graph.
      clock: createSimulatedClock(),
      log: createLog('test', 'silent'),
      query: createRangeQuery(http, aggregator.url),
      drawer,
      onOutcome: (outcome) => void outcomes.push(outcome),
      ...changes,
    });
  const mailWith = async (graphs: Graphs | undefined, source: Partial<EmailSource> = {}) => {
    const config = loadEmail(
      { to: 'ops@example.org', require_tls: false, ...source },
      { smtp_smarthost: `127.0.0.1:${server.port}`, smtp_from: 'tocsin@example.org' },
      (path) => path,
    );
    const email = createEmail(config, DEFAULT_TEMPLATES, { disk: systemDisk, ...(graphs && { graphs }) });
    const stored = JSON.parse(JSON.stringify(email.render(notification())));
    await email.send(stored, KEY, AbortSignal.timeout(120_000));
    return server.mails.at(-1)!.mail;
  };
  const answerWith = async (answer: FakeProvider['answer'], work: () => Promise<void>) => {
    const usual = aggregator.answer;
    aggregator.answer = answer;
    try {
      await work();
    } finally {
      aggregator.answer = usual;
    }
  };

  it('one for each rule: an image inside of the mail, with a link to the alert', async () => {
    outcomes.length = 0;
    aggregator.requests.length = 0;
    const mail = await mailWith(graphsWith());
    assert.deepEqual(
      mail.attachments.map(({ mimeType, disposition, filename }) => [mimeType, disposition, filename]),
      [
        ['image/png', 'inline', 'Down-.png'],
        ['image/png', 'inline', 'Down--2.png'],
      ],
    );
    const html = mail.html ?? '';
    for (const { contentId, content } of mail.attachments) {
      assert.equal(Buffer.from(content as ArrayBuffer).toString('latin1', 1, 4), 'PNG');
      const id = contentId!.replace(/[<>]/g, '');
      assert.ok(html.includes(`<img src="cid:${id}"`), html);
    }
    assert.match(
      html,
      /<a href="http:\/\/tocsin.test\/\?alert=f00"><img [^>]*alt="Graph of Down &#34;&lt;&amp;&gt;&#34;"/,
    );
    assert.equal(html.match(/<img/g)!.length, 2);
    const asked = aggregator.requests.map(({ body }) => new URLSearchParams(body));
    assert.deepEqual(asked.map((form) => form.get('query')).sort(), ['errors', 'x']);
    assert.equal(Number(asked[0]!.get('end')), notification().timeMs / 1_000);
    assert.deepEqual(outcomes, ['drawn', 'drawn']);
  });

  it('are kept for the next attempt', async () => {
    const graphs = graphsWith();
    const first = await mailWith(graphs);
    aggregator.requests.length = 0;
    const second = await mailWith(graphs);
    assert.deepEqual(second.attachments, first.attachments);
    assert.equal(aggregator.requests.length, 0);
  });

  it('are where a template of the user wants them, and nowhere else', async () => {
    const plain = await mailWith(graphsWith(), { html: '<b>{{ .Status }}</b>' });
    assert.deepEqual([plain.html?.trim(), plain.attachments.length], ['<b>firing</b>', 0]);
    const own = await mailWith(graphsWith(), {
      html: '{{ range .Alerts }}{{ with .GraphID }}<img alt="a > b" src="cid:{{ . }}">{{ end }}{{ end }}!',
    });
    assert.equal(own.attachments.length, 2);
    assert.match(own.html ?? '', /^<img alt="a > b" src="cid:graph-[^"]+"><img [^>]*>?.*!\s*$/);
    const off = await mailWith(graphsWith(), { graphs: false });
    assert.deepEqual([off.attachments.length, off.html?.includes('<img')], [0, false]);
    const text = await mailWith(graphsWith(), { html: '', text: 'x' });
    assert.equal(text.attachments.length, 0);
  });

  for (const [trouble, answer] of [
    [
      'the aggregator refuses',
      (response) => void response.writeHead(422).end('{"status":"error","error":"no"}'),
    ],
    ['the aggregator talks nonsense', (response) => void response.end('<html>')],
    ['the connection breaks', (response) => void response.destroy()],
    ['nothing is stored', (response) => void response.end(matrix('NaN'))],
  ] as const satisfies readonly (readonly [string, FakeProvider['answer']])[]) {
    it(`are left out when ${trouble}`, () =>
      answerWith(answer, async () => {
        const mail = await mailWith(graphsWith());
        assert.equal(mail.attachments.length, 0);
        assert.ok(!mail.html?.includes('<img') && mail.html?.includes('it is &lt;down&gt;'));
      }));
  }

  it('are not waited for longer than their limit, neither for the answer nor for the image', async () => {
    const hangs: Drawer = { png: () => new Promise(() => undefined), stop: async () => undefined };
    for (const [changes, answer] of [
      [{}, () => undefined],
      [{ drawer: hangs }, aggregator.answer],
    ] as const) {
      const clock = createSimulatedClock();
      await answerWith(answer, async () => {
        const sent = mailWith(graphsWith({ ...changes, clock }));
        while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
        await clock.advance(ALERTING_LIMITS.graphsTimeMs);
        assert.equal((await sent).attachments.length, 0);
      });
    }
  });

  it('show the series of the alerts, and a drawing thread that was ended starts again', async () => {
    const panels: Parameters<Drawer['png']>[0][] = [];
    const watching: Drawer = {
      png(panel, options, scale, signal) {
        panels.push(panel);
        return drawer.png(panel, options, scale, signal);
      },
      stop: drawer.stop,
    };
    await assert.rejects(drawer.png(panels[0]!, {}, 1, AbortSignal.timeout(0)));
    await drawer.stop();
    const base = notification();
    const request = { ...base, alerts: base.alerts.slice(0, 1) };
    const graphs = graphsWith({ drawer: watching });
    const images = await graphs.draw([...graphRequests(request).values()], AbortSignal.timeout(120_000));
    assert.equal(images.size, 1);
    const [panel] = panels;
    assert.deepEqual(
      panel!.series.map(({ name }) => name),
      ['errors{instance="a"}'],
    );
    assert.deepEqual(panel!.thresholds, [{ value: 5, label: '> 5' }]);
    assert.deepEqual(panel!.bands, [
      { fromMs: request.alerts[0]!.startsAtMs, toMs: null, tone: 'firing', label: 'firing' },
    ]);
    assert.equal(getLabel(request.alerts[0]!.labels, 'instance'), 'a');
  });
});
