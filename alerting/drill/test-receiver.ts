import { fingerprint } from '@tocsin/protocol/alertmanager/alert.ts';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { orAborted } from '@tocsin/runtime/or-aborted.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { newMessage } from '../notify/new-message.ts';
import type { NamedIntegration, ReceiversInUse } from '../notify/receivers-in-use.ts';
import type { Notification } from '../receivers/notification.ts';
import type { Store } from '../store/store.ts';

/** How one integration took a test message. */
export interface TestOutcome {
  readonly integration: string;
  readonly outcome: 'sent' | 'failed' | 'cannot_send';
  /** The provider's answer, or why there is none. */
  readonly detail: string;
  /** What went wrong in its templates; null for nothing. */
  readonly problem: string | null;
  readonly durationMs: number;
}

export interface TestReceiverDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly receivers: ReceiversInUse;
  readonly externalUrl: string;
}

export const TEST_MARK = '[TEST]';

/** Providers that keep something open until they are told that it is over. */
const KEEPS_OPEN = new Set(['incidentio', 'jira', 'opsgenie', 'pagerduty', 'victorops']);

/**
 * Sends each of a receiver's integrations, or the one named, a message that says it is a test, once and at once: beside groups,
 * silences and time intervals. What it opened at a provider is closed again. Null when there is no such receiver or integration.
 */
export async function testReceiver(
  receiver: string,
  only: string | null,
  deps: TestReceiverDeps,
): Promise<readonly TestOutcome[] | null> {
  const named = deps.receivers.get(receiver)?.filter(({ name }) => only === null || name === only);
  if (!named || (named.length === 0 && only !== null)) return null;
  return await Promise.all(named.map((each) => testIntegration(receiver, each, deps)));
}

async function testIntegration(
  receiver: string,
  named: NamedIntegration,
  deps: TestReceiverDeps,
): Promise<TestOutcome> {
  const { integration, name } = named;
  if (integration.cannotSend !== null)
    return {
      integration: name,
      outcome: 'cannot_send',
      detail: integration.cannotSend,
      problem: null,
      durationMs: 0,
    };
  const groupKey = `test:${deps.random.uuid()}`;
  const fired = await sendOnce(testNotification(receiver, groupKey, 'firing', deps), named, deps);
  if (fired.outcome === 'sent' && KEEPS_OPEN.has(integration.kind))
    await sendOnce(testNotification(receiver, groupKey, 'resolved', deps), named, deps);
  return fired;
}

/** One attempt, recorded with its outcome in the history of notifications. */
async function sendOnce(
  notification: Notification,
  named: NamedIntegration,
  { clock, random, store }: TestReceiverDeps,
): Promise<TestOutcome> {
  const fingerprints = notification.alerts.map((alert) => alert.fingerprint);
  const { status, groupKey, receiver } = notification;
  const row = newMessage(
    random.uuid(),
    notification,
    named,
    { firing: status === 'firing' ? fingerprints : [], resolved: status === 'resolved' ? fingerprints : [] },
    null,
  );
  const limit = new AbortController();
  const timeout = clock.setTimeout(
    () => limit.abort(new Error(`no answer within ${ALERTING_LIMITS.sendTimeoutMs / 1000} s`)),
    ALERTING_LIMITS.sendTimeoutMs,
  );
  const startMs = clock.monotonic();
  const key = { messageId: row.messageId, groupKey, memory: { known: null, keep: () => undefined } };
  const answer = await orAborted(named.integration.send(row, key, limit.signal), limit.signal)
    .then((text) => ({ outcome: 'sent' as const, detail: text }))
    .catch((error: unknown) => ({
      outcome: 'failed' as const,
      detail: error instanceof Error ? error.message : String(error),
    }))
    .finally(() => timeout.cancel());
  const detail = answer.detail.slice(0, ALERTING_LIMITS.answerLength);
  const durationMs = clock.monotonic() - startMs;
  // Nobody but this function ever sends it: it is over before anything else can see it.
  store.transaction(() => {
    store.outbox.add(row);
    const id = store.outbox.lastTold(groupKey, receiver, named.name)!.id;
    const atMs = clock.now();
    if (answer.outcome === 'sent') store.outbox.markSent(id, atMs, detail);
    else store.outbox.markFailed(id, atMs, detail);
    store.outbox.addAttempt(id, { atMs, outcome: answer.outcome, detail, durationMs });
  });
  return { integration: named.name, outcome: answer.outcome, detail, problem: row.problem, durationMs };
}

function testNotification(
  receiver: string,
  groupKey: string,
  status: 'firing' | 'resolved',
  { clock, externalUrl }: TestReceiverDeps,
): Notification {
  const timeMs = clock.now();
  const labels = labelsFromObject({ alertname: `${TEST_MARK} Tocsin`, receiver, severity: 'test' });
  return {
    receiver,
    groupKey,
    groupLabels: labelsFromObject({ alertname: `${TEST_MARK} Tocsin` }),
    status,
    alerts: [
      {
        status,
        labels,
        annotations: labelsFromObject({
          summary: `${TEST_MARK} This is a test of the receiver ${receiver}. Nothing is wrong.`,
          description: 'Somebody asked Tocsin to send it. Nothing has to be done.',
        }),
        startsAtMs: timeMs,
        endsAtMs: status === 'resolved' ? timeMs : null,
        generatorUrl: externalUrl,
        fingerprint: fingerprint(labels),
        value: null,
      },
    ],
    externalUrl,
    timeMs,
    reason: 'test',
  };
}
