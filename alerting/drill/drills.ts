import { fingerprint } from '@tocsin/protocol/alertmanager/alert.ts';
import { type Labels, labelsFromObject, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { orAborted } from '@tocsin/runtime/or-aborted.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { type EvaluateDeps, evaluateRule } from '../evaluation/evaluate-rule.ts';
import type { RecordedWriter } from '../evaluation/recorded-writer.ts';
import { createGroupRuntime, type RuleRuntime } from '../evaluation/rule-runtime.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Notifier } from '../notify/notifier.ts';
import { matchRoutes } from '../routing/route.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { DrillMessage, DrillReport } from './drill-report.ts';
import { TEST_MARK } from './test-receiver.ts';

/**
 * Fire drills: a sample is written, a rule of the drill's own fires on it, and the alert goes the way of every other, to real
 * receivers, marked as a test; each stage is timed. Afterwards the alert resolves and the rule is gone.
 */
export interface Drills {
  /** @throws ConfigError on labels that cannot be, DrillRefused while another runs */
  start(options: DrillOptions): DrillReport;
  get(id: string): DrillReport | null;
  /** Ends what runs, and tidies up behind it. */
  stop(): Promise<void>;
}

export interface DrillOptions {
  /** Further labels of the alert, by which routes choose its receivers. */
  readonly labels: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export class DrillRefused extends Error {
  override readonly name = 'DrillRefused';
}

export interface DrillDeps extends EvaluateDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly writer: RecordedWriter;
  readonly notifier: Pick<Notifier, 'routing' | 'receivers' | 'groups'>;
}

const METRIC = 'tocsin_drill';
const POLL_MS = 100;
const KEPT = 20;
const TIDY_MS = 3_000;

export function createDrills(deps: DrillDeps): Drills {
  const { clock } = deps;
  const reports = new Map<string, DrillReport>();
  let running: { readonly done: Promise<void>; readonly abort: AbortController } | null = null;

  return {
    start({ labels, timeoutMs }) {
      if (running) throw new DrillRefused('another drill is running; wait until it is over');
      const id = Buffer.from(deps.random.bytes(4)).toString('hex');
      const runtime = drillRule(id, labels);
      const shown = { ...runtime.rule.labels, alertname: runtime.rule.name };
      const report: DrillReport = {
        id,
        state: 'running',
        startedAt: new Date(clock.now()).toISOString(),
        labels: shown,
        writtenMs: null,
        firedMs: null,
        messages: [],
        problems: [],
        totalMs: null,
      };
      reports.set(id, report);
      if (reports.size > KEPT) reports.delete(reports.keys().next().value!);
      const abort = new AbortController();
      const timeout = clock.setTimeout(
        () => abort.abort(new Error(`not over within ${timeoutMs / 1_000} s`)),
        timeoutMs,
      );
      const update = (changes: Partial<DrillReport>) =>
        void reports.set(id, { ...reports.get(id)!, ...changes });
      const done = drill(id, runtime, abort.signal, update)
        .catch((error: unknown) => {
          const problem = error instanceof Error ? error.message : String(error);
          const before = reports.get(id)?.problems ?? [];
          update({ state: 'failed', problems: [...new Set([...before, problem])] });
        })
        .finally(async () => {
          timeout.cancel();
          await tidyUp(id, runtime);
          running = null;
        });
      running = { done, abort };
      return report;
    },
    get: (id) => reports.get(id) ?? null,
    async stop() {
      running?.abort.abort(new Error('alerting is stopping'));
      await running?.done;
    },
  };

  async function drill(
    id: string,
    runtime: RuleRuntime,
    signal: AbortSignal,
    update: (changes: Partial<DrillReport>) => void,
  ): Promise<void> {
    const startMs = clock.now();
    const since = (timeMs: number) => timeMs - startMs;
    const series = seriesOf(id);
    await orAborted(deps.writer.write([{ labels: series, timestampMs: startMs, value: 1 }]), signal);
    update({ writtenMs: since(clock.now()) });
    while (![...runtime.state.values()].some(({ state }) => state === 'firing')) {
      await orAborted(
        evaluateRule(runtime, clock.now(), deps, () => !signal.aborted),
        signal,
      );
      if (runtime.state.size === 0) await clock.sleep(POLL_MS, signal);
    }
    update({ firedMs: since(clock.now()) });
    const [alert] = runtime.state.values();
    const own = fingerprint(alert!.labels);
    update({ labels: labelsToObject(alert!.labels) });
    for (;;) {
      const messages = messagesOf(own).map((row) => messageOf(row, since));
      const problems = [...withheldFrom(own), ...unreachable(alert!.labels)];
      update({ messages, problems });
      if (isOver(messages, problems, alert!.labels)) {
        const answered = messages.flatMap(({ answeredMs }) => answeredMs ?? []);
        const failed = problems.length > 0 || messages.some(({ outcome }) => outcome === 'failed');
        update({
          state: failed ? 'failed' : 'done',
          totalMs: answered.length > 0 ? Math.max(...answered) : null,
        });
        return;
      }
      await clock.sleep(POLL_MS, signal);
    }
  }

  /** What was decided to be sent of the alert, by receiver and integration. */
  function messagesOf(own: string): readonly OutboxRow[] {
    const newest = new Map<string, OutboxRow>();
    for (const group of deps.notifier.groups()) {
      if (!group.alerts.has(own)) continue;
      for (const row of deps.store.outbox.ofGroup(group.key, ALERTING_LIMITS.whyMessages)) {
        const place = JSON.stringify([row.receiver, row.integration]);
        if (row.firing.includes(own) && !newest.has(place)) newest.set(place, row);
      }
    }
    return [...newest.values()].sort((a, b) => a.id - b.id);
  }

  function messageOf(row: OutboxRow, since: (timeMs: number) => number): DrillMessage {
    const { receiver, integration, state, createdMs, finishedMs, error, answer } = row;
    const outcome = state === 'sent' || state === 'failed' || state === 'would_send' ? state : 'waiting';
    return {
      receiver,
      integration,
      outcome,
      routedMs: since(createdMs),
      answeredMs: outcome === 'sent' && finishedMs !== null ? since(finishedMs) : null,
      detail: answer ?? error ?? row.problem ?? '',
    };
  }

  function withheldFrom(own: string): readonly string[] {
    return deps.store
      .eventsOf(own, ALERTING_LIMITS.whyEvents)
      .filter(({ kind }) => kind === 'silenced' || kind === 'inhibited' || kind === 'muted')
      .map(({ kind, reason }) => `${kind}: ${reason}`);
  }

  function unreachable(labels: Labels): readonly string[] {
    return matchRoutes(deps.notifier.routing.route, labels)
      .filter(({ receiver }) => (deps.notifier.receivers.get(receiver) ?? []).length === 0)
      .map(({ receiver }) => `receiver ${receiver} has no way to reach anybody`);
  }

  /** Everybody whom the routes name has answered, or the alert was held back. */
  function isOver(messages: readonly DrillMessage[], problems: readonly string[], labels: Labels): boolean {
    const wanted = matchRoutes(deps.notifier.routing.route, labels).flatMap(({ receiver }) =>
      (deps.notifier.receivers.get(receiver) ?? []).map(({ name }) => JSON.stringify([receiver, name])),
    );
    const told = new Set(
      messages
        .filter(({ outcome }) => outcome !== 'waiting')
        .map(({ receiver, integration }) => JSON.stringify([receiver, integration])),
    );
    const waiting = messages.some(({ outcome }) => outcome === 'waiting');
    return !waiting && (problems.length > 0 || wanted.every((place) => told.has(place)));
  }

  /** The series ends, the alert resolves, the rule is forgotten. */
  async function tidyUp(id: string, runtime: RuleRuntime): Promise<void> {
    const limit = new AbortController();
    const timeout = clock.setTimeout(() => limit.abort(new Error('not tidy yet')), TIDY_MS);
    try {
      const series = seriesOf(id);
      const timestampMs = clock.now();
      await orAborted(deps.writer.write([{ labels: series, timestampMs, value: null }]), limit.signal);
      while ([...runtime.state.values()].some(({ state }) => state !== 'inactive')) {
        await orAborted(
          evaluateRule(runtime, clock.now(), deps, () => !limit.signal.aborted),
          limit.signal,
        );
        await clock.sleep(POLL_MS, limit.signal);
      }
      deps.store.forgetRule(runtime.rule.key);
    } catch (error) {
      // As with any rule that is gone: at the next reload or restart its alert is resolved.
      deps.log.warn({ err: error, drill: id }, 'cannot tidy up behind a drill; the next reload does');
    } finally {
      timeout.cancel();
    }
  }
}

function seriesOf(id: string) {
  return labelsFromObject({ __name__: METRIC, drill: id });
}

/** The drill's own rule. @throws ConfigError on labels a rule may not have */
function drillRule(id: string, labels: Readonly<Record<string, string>>): RuleRuntime {
  const rule = {
    alert: `${TEST_MARK} Tocsin drill`,
    expr: `${METRIC}{drill="${id}"} == 1`,
    labels,
    annotations: {
      summary: `${TEST_MARK} This is a fire drill. Nothing is wrong.`,
      description: 'Somebody asked Tocsin to show that an alert gets here. Nothing has to be done.',
    },
  };
  const text = JSON.stringify({ groups: [{ name: 'drill', interval: '1s', rules: [rule] }] });
  const [group] = loadRuleFile('drill', text);
  const [runtime] = createGroupRuntime(
    { ...group!, rules: group!.rules.map((each) => ({ ...each, key: `drill:${id}` })) },
    1_000,
  ).rules;
  return runtime!;
}
