import { getLabel, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import { type Head, RANGE_MS, rangeStart } from '../head/head.ts';
import type { Layers } from '../retention/layers.ts';
import type { RetentionPolicies } from '../retention/retention-policies.ts';
import type { BatchSeries } from './batch-builder.ts';
import type { OwnerConfig } from './owner-deps.ts';

/** The owner's series as ingest sees them: limits, retention, and which of them the current epoch has defined. */
export interface OwnerSeries extends BatchSeries {
  /** Before a request's series are looked up. */
  startRequest(nowMs: number, epoch: number): void;
  /** The definitions are durable now. */
  markDefined(series: readonly number[], epoch: number): void;
  /** From now on these hold; layers for new series only. */
  configure(retention: RetentionPolicies, layers: Layers): void;
  /** All series have new numbers. */
  forget(): void;
  /** True shortly before a new range begins: an epoch that starts then lets the log be cut right there later. */
  isEpochDue(nowMs: number): boolean;
}

// An epoch starts at most this long before a range does.
const EPOCH_LEAD_MS = 60_000;

export function createOwnerSeries(head: Head, config: OwnerConfig): OwnerSeries {
  const { limits } = config;
  let { retention, layers } = config;
  let definedIn = new Uint32Array(256);
  let policyOf = new Uint8Array(256);
  let oldestByPolicy = new Float64Array(retention.policies.length);
  let epoch = 0;
  let epochRangeStart = -1;

  let policies = 0;
  /** Also after a replay, which adds series without asking here. */
  const learnPolicies = (): void => {
    for (; policies < head.table.seriesCount; policies++) {
      if (policies >= definedIn.length) {
        definedIn = grown(definedIn, new Uint32Array(definedIn.length * 2));
        policyOf = grown(policyOf, new Uint8Array(policyOf.length * 2));
      }
      policyOf[policies] = retention.policyOf(head.table.readLabels(policies));
    }
  };

  const limitReached = (labels: Labels): string | null => {
    if (head.table.seriesCount >= limits.seriesMax) return `there are ${limits.seriesMax} series, the limit`;
    const metric = getLabel(labels, METRIC_NAME);
    if (head.table.seriesOfMetric(metric) >= limits.seriesPerMetricMax)
      return `metric ${metric} has ${limits.seriesPerMetricMax} series, the limit`;
    for (let i = 0; i < labels.length; i += 2) {
      const name = labels[i]!;
      if (
        head.table.valueCount(name) < limits.valuesPerLabelMax ||
        head.table.seriesWith(name, labels[i + 1]!).length > 0
      )
        continue;
      return `label ${name} has ${limits.valuesPerLabelMax} values, the limit (metric ${metric})`;
    }
    return null;
  };

  return {
    find: (bytes, start, end) => head.table.find(bytes, start, end),
    labelsOf: (series) => head.table.labelsOf(series),
    decode: (bytes, start, end) => head.table.decode(bytes, start, end),
    admit(sent, bytes, start, end, isCanonical) {
      const labels = layers ? layers(sent) : sent;
      // Nearly every sender's bytes are the key already.
      const isKey = isCanonical && labels === sent;
      const key = isKey ? bytes.subarray(start, end) : encodeLabels(labels);
      let series = isKey ? -1 : head.table.find(key, 0, key.length);
      if (series < 0) {
        const limit = limitReached(labels);
        if (limit !== null) return limit;
        series = head.table.addKey(labels, key, 0, key.length);
        learnPolicies();
      }
      if (!isKey) head.table.addAlias(bytes, start, end, series);
      return series;
    },
    needsDefinition: (series) => definedIn[series] !== epoch,
    oldestMs: (series) => oldestByPolicy[policyOf[series]!]!,
    startRequest(nowMs, currentEpoch) {
      epoch = currentEpoch;
      learnPolicies();
      // Nothing is older than 1970, whatever is kept for ever.
      for (const [index, { tiers }] of retention.policies.entries()) {
        // What is older than raw goes into the tiers, by way of a raw file that does not stay.
        const keepMs = Math.max(...tiers.map((tier) => tier.keepMs));
        // Nothing is older than 1970, whatever is kept for ever.
        oldestByPolicy[index] = keepMs === Number.POSITIVE_INFINITY ? 0 : Math.max(0, nowMs - keepMs);
      }
    },
    markDefined(series, inEpoch) {
      for (const number of series) definedIn[number] = inEpoch;
    },
    configure(newRetention, newLayers) {
      retention = newRetention;
      layers = newLayers;
      oldestByPolicy = new Float64Array(retention.policies.length);
      policies = 0;
      learnPolicies();
    },
    forget() {
      policies = 0;
      definedIn = new Uint32Array(256);
      policyOf = new Uint8Array(256);
      learnPolicies();
    },
    isEpochDue(nowMs) {
      const next = rangeStart(nowMs) + RANGE_MS;
      if (next - nowMs > EPOCH_LEAD_MS || epochRangeStart === next) return false;
      epochRangeStart = next;
      return true;
    },
  };
}

function grown<T extends Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  return to;
}
