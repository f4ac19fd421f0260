import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { besideService } from '../testing/beside-a-service.ts';

const RUNNING = {
  id: 'abc',
  state: 'running',
  labels: { alertname: '[TEST] Tocsin drill', severity: 'page' },
  writtenMs: null,
  firedMs: null,
  messages: [],
  problems: [],
  totalMs: null,
};
const DONE = {
  ...RUNNING,
  state: 'done',
  writtenMs: 4,
  firedMs: 12.4,
  messages: [
    {
      receiver: 'ops',
      integration: 'email[0]',
      outcome: 'sent',
      routedMs: 10_012,
      answeredMs: 10_100,
      detail: '250 \u001b ok',
    },
  ],
  totalMs: 10_100,
};
const asked: string[] = [];
let end: object = DONE;
const run = await besideService((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    asked.push(`${request.method} ${request.url} ${body}`);
    if (request.url?.endsWith('/receivers/test')) {
      const integrations = [
        {
          integration: 'webhook[0]',
          outcome: 'failed',
          detail: '400 no',
          problem: 'bad template',
          durationMs: 3.2,
        },
      ];
      response.end(JSON.stringify({ status: 'success', data: { receiver: 'ops', integrations } }));
    } else if (body.includes('busy')) response.writeHead(429).end('{"error":"another drill is running"}');
    else response.end(JSON.stringify({ status: 'success', data: request.method === 'POST' ? RUNNING : end }));
  });
});

describe('tocsin drill', () => {
  it('waits until it is over and shows each stage', async () => {
    const { status, out } = await run('drill', 'severity=page', 'x=a=b', '--timeout', '1m');
    assert.equal(status, 0);
    assert.deepEqual(asked.slice(0, 2), [
      'POST /api/tocsin/v1/drills {"labels":{"severity":"page","x":"a=b"},"timeout":"1m"}',
      'GET /api/tocsin/v1/drills/abc ',
    ]);
    assert.equal(
      out,
      `{alertname="[TEST] Tocsin drill", severity="page"}
stage                    after  answer
sample written            4 ms
alert fired              12 ms
ops email[0]: routed  10012 ms
ops email[0]: sent    10100 ms  250 \ufffd ok
`,
    );
  });

  it('fails when somebody was not reached, and says what the server says', async () => {
    end = { ...DONE, state: 'failed', problems: ['muted: night'] };
    const failed = await run('drill');
    assert.equal(failed.status, 1);
    assert.match(failed.out, /\nmuted: night\n$/);
    const busy = await run('drill', 'x=busy');
    assert.deepEqual([busy.status, busy.err], [1, 'tocsin: another drill is running\n']);
    assert.equal((await run('drill', 'nothing')).status, 2);
  });
});

describe('tocsin test receiver', () => {
  it('shows what each integration answers', async () => {
    const { status, out } = await run('test', 'receiver', 'ops', 'webhook[0]');
    assert.equal(status, 1);
    assert.equal(
      asked.at(-1),
      'POST /api/tocsin/v1/receivers/test {"receiver":"ops","integration":"webhook[0]"}',
    );
    assert.equal(
      out,
      'integration  outcome  time  answer\nwebhook[0]   failed   3 ms  400 no; bad template\n',
    );
    assert.equal((await run('test', 'receiver')).status, 2);
  });
});
