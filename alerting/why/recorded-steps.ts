import type { OutboxRow } from '../store/outbox.ts';
import type { Store, StoredEvent } from '../store/store.ts';
import type { WhyStep } from './why-step.ts';

/** The steps the history holds of one alert, oldest first: its own events, and the messages of its groups that name it. */
export function recordedSteps(
  store: Store,
  fingerprint: string,
  events: readonly StoredEvent[],
  messages: readonly OutboxRow[],
): readonly WhyStep[] {
  const steps = events.map(eventStep);
  for (const message of messages) {
    steps.push(decisionStep(message, fingerprint));
    const attempts = store.outbox.attempts(message.id);
    for (const attempt of attempts) {
      steps.push({
        atMs: attempt.atMs,
        stage: 'attempt',
        text: `${channel(message)}: ${OUTCOMES[attempt.outcome]}: ${attempt.detail}`,
        detail: {
          message: message.messageId,
          outcome: attempt.outcome,
          answer: attempt.detail,
          durationMs: attempt.durationMs,
        },
      });
    }
    // From before single attempts were recorded.
    if (attempts.length === 0 && message.attempts > 0 && message.finishedMs !== null)
      steps.push(finishedStep(message, message.finishedMs));
  }
  return steps.sort((a, b) => a.atMs - b.atMs);
}

const OUTCOMES = {
  sent: 'the provider took it',
  retry: 'failed, to be tried again',
  failed: 'failed for good',
} as const;

const STATES: Readonly<Record<OutboxRow['state'], string>> = {
  pending: 'a message waits to be sent',
  claimed: 'a message is being sent',
  sent: 'a message was sent',
  failed: 'a message was given up',
  superseded: 'a message was replaced by a newer one before it went out',
  would_send: 'a message is only kept, because nothing is configured to send it',
  recorded: 'nothing to send, only noted',
};

function eventStep(event: StoredEvent): WhyStep {
  const { kind, reason } = event;
  const detail = recordOf(event.data);
  if (kind === 'inhibited' || kind === 'silenced' || kind === 'muted') {
    return { atMs: event.atMs, stage: kind, text: `held back from ${detail['receiver']}: ${reason}`, detail };
  }
  if (detail['expression'] === undefined) {
    // Posted alerts come without an expression; so does the end of a rule that is gone.
    const stage = 'generatorUrl' in detail ? 'received' : 'evaluation';
    return { atMs: event.atMs, stage, text: `${kind}: ${reason}`, detail };
  }
  const found = `${String(detail['expression']).trim().replace(/\s+/g, ' ')} is ${detail['value']}`;
  const text = kind === 'resolved' ? `${kind}: ${reason}` : `${kind}: ${reason}; ${found}`;
  return { atMs: event.atMs, stage: 'evaluation', text, detail };
}

function decisionStep(message: OutboxRow, fingerprint: string): WhyStep {
  const as = message.firing.includes(fingerprint) ? 'firing' : 'resolved';
  return {
    atMs: message.createdMs,
    stage: 'decision',
    text: `${channel(message)}: ${message.reason}; told as ${as}; ${STATES[message.state]}`,
    detail: {
      receiver: message.receiver,
      integration: message.integration,
      group: message.groupKey,
      route: message.route,
      alertsInGroup: message.firing.length + message.resolved.length,
      message: message.messageId,
      state: message.state,
      problem: message.problem,
    },
  };
}

function finishedStep(message: OutboxRow, atMs: number): WhyStep {
  const outcome = message.state === 'sent' ? 'sent' : 'failed';
  const answer = message.answer ?? message.error ?? '';
  return {
    atMs,
    stage: 'attempt',
    text: `${channel(message)}: ${OUTCOMES[outcome]}: ${answer}`,
    detail: { message: message.messageId, outcome, answer },
  };
}

function channel({ receiver, integration }: OutboxRow): string {
  return `${receiver} by ${integration}`;
}

function recordOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? Object.fromEntries(Object.entries(data)) : {};
}
