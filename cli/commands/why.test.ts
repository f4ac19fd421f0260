import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { besideService } from '../testing/beside-a-service.ts';

const ANSWER = {
  status: 'success',
  data: {
    omitted: 3,
    alerts: [
      {
        fingerprint: '0123456789abcdef',
        labels: { alertname: 'Down', instance: 'a\u001b[31m' },
        state: 'firing',
        rule: { name: 'Down', file: 'r.yml', line: 4, expression: 'up\n== 0', lastError: '' },
        steps: [{ at: '2026-01-05T12:00:00.000Z', stage: 'evaluation', text: 'firing: it holds' }],
        now: {
          silencedBy: [{ id: 's1', createdBy: 'me', comment: 'known' }],
          inhibitedBy: { rule: '0', labels: { alertname: 'Other' } },
          routes: [
            {
              id: '{}',
              receiver: 'hook',
              group: '{}:{}',
              nextRoundAt: '2026-01-05T12:01:00.000Z',
              muted: { reason: 'within mute time interval night' },
              integrations: [
                {
                  name: 'email[0]',
                  cannotSend: 'no smarthost',
                  nextRound: { notifies: false, reason: 'told' },
                },
              ],
            },
          ],
        },
      },
    ],
  },
};

const asked: string[] = [];
const command = await besideService((request, response) => {
  asked.push(request.url ?? '');
  if (request.url?.includes('Nobody')) response.writeHead(404).end('{"error":"nothing is known of it"}');
  else response.end(JSON.stringify(ANSWER));
});
const run = (...words: string[]) => command('why', ...words);

describe('tocsin why', () => {
  it('tells the chain line by line', async () => {
    const { status, out, err } = await run('Down', 'instance="a"');
    assert.equal(status, 0);
    assert.equal(asked.at(-1), '/api/tocsin/v1/why?alertname=Down&filter=instance%3D%22a%22');
    assert.equal(
      out,
      `{alertname="Down", instance="a\\u001b[31m"} is firing  (0123456789abcdef)
  rule   Down, r.yml:4: up == 0
  2026-01-05T12:00:00.000Z  evaluation  firing: it holds
  now    silenced by s1 of me: known
  now    inhibited by {alertname="Other"} through inhibit rule 0
  now    route {} to hook, group {}:{}; its group's next round is at 2026-01-05T12:01:00.000Z
         muted: within mute time interval night
         email[0] would not notify: told; it cannot send: no smarthost
`,
    );
    assert.match(err, /^3 further alerts match/);
  });

  it('asks by fingerprint, and says what the server says', async () => {
    assert.equal(JSON.parse((await run('0123456789abcdef', '--format', 'json')).out).status, 'success');
    assert.equal(asked.at(-1), '/api/tocsin/v1/why?fingerprint=0123456789abcdef');
    const unknown = await run('Nobody');
    assert.deepEqual([unknown.status, unknown.err], [1, 'tocsin: nothing is known of it\n']);
    assert.equal((await run()).status, 2);
  });
});
