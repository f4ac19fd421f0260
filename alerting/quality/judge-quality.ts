import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import type { Nights } from '../history/nights.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { StoredEvent } from '../store/store.ts';
import { type Firing, firingsOf, ruleOf } from './firings.ts';
import { FLAPPING, type FlappingAlert, type ReceiverQuality, type RuleQuality } from './quality-report.ts';

export interface KnownRule {
  readonly name: string;
  readonly group: string;
  readonly file: string;
  readonly neverMatched: readonly string[];
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const FLAPPING_SHOWN = 20;

/** Each rule in force, and each that fired and is gone; those first that made the most noise. */
export function judgeRules(
  known: readonly KnownRule[],
  events: readonly StoredEvent[],
  { toMs }: Span,
): readonly RuleQuality[] {
  const firings = Map.groupBy(firingsOf(events), ({ rule }) => rule);
  const dropped = new Map<string, number>();
  for (const { kind, data } of events) {
    if (kind === 'dropped') dropped.set(ruleOf(data), (dropped.get(ruleOf(data)) ?? 0) + 1);
  }
  // Rules of one name in several places share what happened to alerts of that name.
  const gone = [...firings.keys()].filter((name) => !known.some((rule) => rule.name === name));
  const all = [
    ...known,
    ...gone.map((name) => ({ name, group: null, file: null, neverMatched: [] as readonly string[] })),
  ];
  return all
    .map((rule): RuleQuality => {
      const own = firings.get(rule.name) ?? [];
      const over = own.flatMap((firing) => (firing.toMs === null ? [] : [firing.toMs - firing.fromMs]));
      return {
        ...rule,
        fired: own.length,
        alerts: new Set(own.map(({ fingerprint }) => fingerprint)).size,
        dropped: dropped.get(rule.name) ?? 0,
        firingSeconds: own.reduce((sum, firing) => sum + (firing.toMs ?? toMs) - firing.fromMs, 0) / 1_000,
        medianSeconds: over.length === 0 ? null : median(over) / 1_000,
        flapping: flappingOf(own),
      };
    })
    .sort((a, b) => b.fired - a.fired || b.dropped - a.dropped || a.name.localeCompare(b.name));
}

/** What each receiver was told, or would have been, and when it slept. */
export function judgeReceivers(
  names: readonly string[],
  rows: readonly OutboxRow[],
  nights: Nights,
  { fromMs, toMs }: Span,
): readonly ReceiverQuality[] {
  const total = nights.count(fromMs, toMs);
  const byReceiver = Map.groupBy(rows, ({ receiver }) => receiver);
  return [...new Set([...names, ...byReceiver.keys()])].map((name) => {
    const own = byReceiver.get(name) ?? [];
    const firing = own.filter(({ status, state }) => status === 'firing' && state !== 'failed');
    const disturbed = firing.flatMap(({ createdMs }) => nights.nightOf(createdMs) ?? []);
    return {
      name,
      messages: own.length,
      firing: firing.length,
      failed: own.filter(({ state }) => state === 'failed').length,
      atNight: disturbed.length,
      nightsDisturbed: new Set(disturbed).size,
      nights: total,
    };
  });
}

function flappingOf(firings: readonly Firing[]): readonly FlappingAlert[] {
  return [...Map.groupBy(firings, ({ fingerprint }) => fingerprint).values()]
    .map((own): FlappingAlert => {
      const { labels, fingerprint } = own[0]!;
      return { labels: labelsToObject(labels), fingerprint, fired: most(own.map(({ fromMs }) => fromMs)) };
    })
    .filter(({ fired }) => fired >= FLAPPING.fired)
    .sort((a, b) => b.fired - a.fired)
    .slice(0, FLAPPING_SHOWN);
}

/** The most of the times, which ascend, that lie within the limit of flapping. */
function most(timesMs: readonly number[]): number {
  let start = 0;
  let found = 0;
  timesMs.forEach((timeMs, end) => {
    while (timeMs - timesMs[start]! > FLAPPING.withinMs) start++;
    found = Math.max(found, end - start + 1);
  });
  return found;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
