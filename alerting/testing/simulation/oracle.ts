import { TIMES } from './files.ts';
import { type ReceiverName, TROUBLES, type Trouble } from './world.ts';

/** What a receiver was told. */
export interface Delivery {
  readonly receiver: string;
  /** The same in every attempt of one message. */
  readonly key: string;
  readonly body: DeliveredBody;
  /** The attempt before this one may have arrived: it was not answered, or its process was killed. */
  readonly isUncertain: boolean;
  /** Instances that were silenced when the attempt began. */
  readonly silenced: ReadonlySet<string>;
}

export interface DeliveredBody {
  readonly groupKey: string;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly fingerprint: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/** What keeps people from being told, at one moment. */
export interface Conditions {
  readonly holds: (trouble: Trouble) => boolean;
  readonly isSilenced: (instance: string) => boolean;
  readonly isMuted: (receiver: ReceiverName) => boolean;
  readonly isFailing: (receiver: ReceiverName) => boolean;
  /** The process or its clock was disturbed. */
  readonly isDisturbed: boolean;
  readonly aggregatorDown: boolean;
}

/** Watches from outside that the promises are kept; knows nothing of how. */
export interface Oracle {
  deliver(delivery: Delivery): void;
  /** The process was killed after these messages had been taken, and before it can have noted it. */
  mayRepeat(keys: Iterable<string>): void;
  clockStepped(): void;
  /** One evaluation later. */
  look(conditions: Conditions): void;
  readonly violations: readonly string[];
  readonly deliveries: number;
}

/** Of retries after a failure, two evaluations, and sends that take a while. */
const SLACK_MINUTES = 6 + 2 * TIMES.evaluationMinutes;
/** How long the one that inhibits may go on firing after it is over. */
const INHIBITOR_MINUTES = 2 * TIMES.evaluationMinutes;
const WITHOUT_RESOLVED: ReadonlySet<string> = new Set(['night']);

interface Watched {
  readonly trouble: Trouble;
  readonly receiver: ReceiverName;
  /** Minutes; null while it is not so, or something excuses. */
  mustBeToldSince: number | null;
  mustBeOverSince: number | null;
  believed: boolean;
  toldAt: number;
  lastHeldAt: number;
  lastNotHeldAt: number;
  /**
   * It ended while it was silenced, muted or inhibited, so its end may stay untold, as with Alertmanager, until it has surely
   * fired again.
   */
  endWithheld: boolean;
}

interface LastWord {
  readonly at: number;
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

export function receiverOf({ service }: Pick<Trouble, 'service'>): ReceiverName {
  if (service === 's0') return 'team';
  return service === 's1' ? 'night' : 'everyone';
}

export function createOracle(): Oracle {
  const nameOf = (alertname: string, instance: string, severity: string) =>
    `${alertname}/${instance}/${severity}`;
  const watched = new Map<string, Watched>(
    TROUBLES.map((trouble) => [
      nameOf(trouble.rule, trouble.instance, trouble.severity),
      {
        trouble,
        receiver: receiverOf(trouble),
        mustBeToldSince: null,
        mustBeOverSince: null,
        believed: false,
        toldAt: 0,
        lastHeldAt: Number.NEGATIVE_INFINITY,
        lastNotHeldAt: 0,
        endWithheld: false,
      },
    ]),
  );
  const taken = new Map<string, number>();
  const repeatable = new Map<string, number>();
  const lastWords = new Map<string, LastWord>();
  const violations: string[] = [];
  let now = 0;
  let steppedAt = Number.NEGATIVE_INFINITY;
  let deliveries = 0;
  const violated = (text: string) =>
    violations.push(`day ${(now / 1440).toFixed(2)}, minute ${now}: ${text}`);
  const find = (labels: Readonly<Record<string, string>>) =>
    watched.get(nameOf(labels['alertname'] ?? '', labels['instance'] ?? '', labels['severity'] ?? ''));

  const inhibited = ({ trouble }: Watched): boolean => {
    const higher =
      trouble.rule === 'Slow'
        ? watched.get(nameOf('Down', trouble.instance, 'page'))
        : trouble.severity === 'warning' && watched.get(nameOf('Load', trouble.instance, 'critical'));
    return Boolean(higher) && now - (higher as Watched).lastHeldAt <= INHIBITOR_MINUTES;
  };

  /** Two messages of a group must differ in what they tell, or be a repeat interval apart. */
  const checkNews = ({ receiver, body }: Delivery): void => {
    const group = `${receiver} ${body.groupKey}`;
    const of = (status: string) =>
      new Set(body.alerts.filter((alert) => alert.status === status).map((alert) => alert.fingerprint));
    const word: LastWord = { at: now, firing: of('firing'), resolved: of('resolved') };
    const last = lastWords.get(group);
    lastWords.set(group, word);
    if (!last || now - last.at >= TIMES.repeatMinutes - 1 || steppedAt >= last.at) return;
    const isSame =
      word.firing.size === last.firing.size &&
      word.firing.isSubsetOf(last.firing) &&
      word.resolved.isSubsetOf(last.resolved);
    // One that ended and began again in between is news, also where nobody wants to hear of ends.
    const beganAgain = body.alerts.some(({ labels }) => (find(labels)?.lastNotHeldAt ?? 0) >= last.at - 20);
    if (isSame && !beganAgain) violated(`${group} was told nothing new after ${now - last.at} minutes`);
  };

  return {
    violations,
    get deliveries() {
      return deliveries;
    },
    deliver(delivery) {
      deliveries++;
      const { receiver, key, body, silenced, isUncertain } = delivery;
      const isRepeat = taken.has(key);
      if (isRepeat) {
        const left = repeatable.get(key) ?? 0;
        repeatable.set(key, left - 1);
        if (left <= 0) violated(`${receiver} got message ${key} twice`);
      }
      taken.set(key, now);
      if (!isRepeat) checkNews(delivery);
      for (const { status, labels } of body.alerts) {
        const alert = find(labels);
        if (!alert || alert.receiver !== receiver) {
          violated(`${receiver} was told of ${JSON.stringify(labels)}`);
          continue;
        }
        alert.believed = status === 'firing';
        if (status === 'firing') {
          alert.toldAt = now;
          alert.endWithheld = false;
        }
        if (status === 'firing' && silenced.has(alert.trouble.instance) && !isUncertain && !isRepeat)
          violated(`${receiver} was told of ${JSON.stringify(labels)}, which is silenced`);
      }
    },
    mayRepeat(keys) {
      for (const key of keys) repeatable.set(key, (repeatable.get(key) ?? 0) + 1);
    },
    clockStepped() {
      steppedAt = now;
    },
    look({ holds, isSilenced, isMuted, isFailing, isDisturbed, aggregatorDown }) {
      now += TIMES.evaluationMinutes;
      for (const alert of watched.values()) {
        if (holds(alert.trouble)) alert.lastHeldAt = now;
        else alert.lastNotHeldAt = now;
      }
      for (const alert of watched.values()) {
        const { trouble, receiver } = alert;
        const isSo = alert.lastHeldAt === now;
        const isWithheld = isSilenced(trouble.instance) || isMuted(receiver) || inhibited(alert);
        const isBlind = aggregatorDown && trouble.rule !== 'TocsinAggregatorUnreachable';
        const isExcused = isDisturbed || isBlind || isFailing(receiver) || isWithheld;
        alert.mustBeToldSince = isSo && !isExcused ? (alert.mustBeToldSince ?? now) : null;
        alert.mustBeOverSince = !isSo && !isExcused ? (alert.mustBeOverSince ?? now) : null;
        const soFor = alert.mustBeToldSince === null ? 0 : now - alert.mustBeToldSince;
        if (soFor > TIMES.forMinutes[trouble.rule] + TIMES.evaluationMinutes) alert.endWithheld = false;
        else if (!isSo && isWithheld && alert.believed) alert.endWithheld = true;
        check(alert);
      }
    },
  };

  function check(alert: Watched): void {
    const { trouble, receiver, mustBeToldSince, mustBeOverSince } = alert;
    const what = `${trouble.rule} of ${trouble.instance} (${trouble.severity})`;
    const promiseMinutes = TIMES.groupIntervalMinutes + SLACK_MINUTES;
    if (mustBeToldSince !== null) {
      const waited = now - mustBeToldSince;
      if (!alert.believed && waited > TIMES.forMinutes[trouble.rule] + promiseMinutes) {
        violated(`${receiver} was not told of ${what} within ${waited} minutes`);
        alert.mustBeToldSince = null;
      }
      const sinceTold = now - Math.max(mustBeToldSince, alert.toldAt);
      if (alert.believed && sinceTold > TIMES.repeatMinutes + promiseMinutes) {
        violated(`${receiver} was not told again of ${what} for ${sinceTold} minutes`);
        alert.mustBeToldSince = null;
      }
    }
    if (mustBeOverSince === null || WITHOUT_RESOLVED.has(receiver) || alert.endWithheld) return;
    const waited = now - mustBeOverSince;
    if (alert.believed && waited > TIMES.keepFiringMinutes[trouble.rule] + promiseMinutes) {
      violated(`${receiver} was not told within ${waited} minutes that ${what} is over`);
      alert.mustBeOverSince = null;
    }
  }
}
