import { getLabel } from '@tocsin/protocol/labels/labels.ts';
import type { Nights } from '../history/nights.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { NamedIntegration, ReceiversInUse } from '../notify/receivers-in-use.ts';
import type { Notification } from '../receivers/notification.ts';
import type { Routing } from '../routing/routing.ts';
import type { MessageReport, ReceiverReport } from './report.ts';

/** Takes the place of receivers in a backtest, and counts what they would have been sent. */
export interface MessageLog {
  readonly receivers: ReceiversInUse;
  readonly messages: readonly MessageReport[];
  readonly omitted: number;
  /** Messages by receiver in which alerts with that fingerprint's rule are; see `ruleOf`. */
  ofRule(ruleKey: string): Readonly<Record<string, number>>;
  perReceiver(fromMs: number, toMs: number): readonly ReceiverReport[];
}

export interface MessageLogDeps {
  readonly routing: Routing;
  readonly nights: Nights;
  /** The rule an alert is of. */
  readonly ruleOf: (fingerprint: string) => string | null;
}

interface Tally {
  messages: number;
  firing: number;
  repeats: number;
  atNight: number;
  readonly nights: Set<string>;
}

const REPEAT = 'repeat interval elapsed';

export function createMessageLog({ routing, nights, ruleOf }: MessageLogDeps): MessageLog {
  const messages: MessageReport[] = [];
  const byRule = new Map<string, Map<string, number>>();
  const tallies = new Map<string, Tally>();
  let omitted = 0;

  const take = (integration: string, notification: Notification): void => {
    const { receiver, status, reason, timeMs, groupKey, alerts } = notification;
    const tally = tallies.get(receiver)!;
    tally.messages++;
    if (status === 'firing') {
      tally.firing++;
      if (reason === REPEAT) tally.repeats++;
      const night = nights.nightOf(timeMs);
      if (night !== null) {
        tally.atNight++;
        tally.nights.add(night);
      }
    }
    for (const rule of new Set(alerts.map(({ fingerprint }) => ruleOf(fingerprint)))) {
      if (rule === null) continue;
      const counts = byRule.get(rule) ?? new Map<string, number>();
      counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
      byRule.set(rule, counts);
    }
    if (messages.length >= ALERTING_LIMITS.backtestMessages) {
      omitted++;
      return;
    }
    messages.push({
      at: new Date(timeMs).toISOString(),
      receiver,
      integration,
      status,
      reason,
      group: groupKey,
      alerts: [...new Set(alerts.map(({ labels }) => getLabel(labels, 'alertname')))],
    });
  };

  const receivers = new Map<string, readonly NamedIntegration[]>();
  for (const { name, integrations } of routing.receivers.values()) {
    tallies.set(name, { messages: 0, firing: 0, repeats: 0, atNight: 0, nights: new Set() });
    const places = new Map<string, number>();
    const named = integrations.map(({ kind, sendResolved }): NamedIntegration => {
      const place = places.get(kind) ?? 0;
      places.set(kind, place + 1);
      const own = `${kind}[${place}]`;
      return {
        name: own,
        integration: {
          kind,
          sendResolved,
          cannotSend: 'a backtest sends nothing',
          render(notification) {
            take(own, notification);
            return { subject: '', text: '', payload: null, problem: null };
          },
          send: () => Promise.reject(new Error('A backtest sends nothing')),
        },
      };
    });
    receivers.set(name, named);
  }

  return {
    receivers,
    messages,
    get omitted() {
      return omitted;
    },
    ofRule: (ruleKey) => Object.fromEntries(byRule.get(ruleKey) ?? []),
    perReceiver(fromMs, toMs) {
      const total = nights.count(fromMs, toMs);
      return [...tallies].map(([name, { nights: disturbed, ...counts }]) => ({
        name,
        ...counts,
        nightsDisturbed: disturbed.size,
        nights: total,
      }));
    },
  };
}
