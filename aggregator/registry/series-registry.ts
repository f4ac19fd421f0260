import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { Layers } from '../retention/layers.ts';
import type { RetentionPolicies } from '../retention/retention-policies.ts';
import { ByteTable } from '../series/byte-table.ts';
import { logicalShard, ownerOfShard } from '../shard/logical-shard.ts';
import { LabelCounts, type TopLabels } from './label-counts.ts';
import { LimitRefusals, type RefusedSeries } from './limit-refusals.ts';
import { Senders } from './senders.ts';
import type { LimitReached, RegistryLimits, SeriesLimit } from './series-limits.ts';

export interface RegistryConfig {
  readonly owners: number;
  readonly limits: RegistryLimits;
  readonly retention: RetentionPolicies;
  readonly layers: Layers;
  /** Keeps a sender from choosing labels that collide. */
  readonly seed: number;
}

export interface TopSeries extends TopLabels {
  readonly seriesBySender: TopLabels['seriesByMetric'];
  readonly refusedSeries: readonly RefusedSeries[];
}

/** Told of each series that is new, with its canonical label bytes, before any sample of it. */
export type OnNewSeries = (owner: number, ref: number, key: Uint8Array) => void;

const GONE = 255;
const UNKNOWN_POLICY = 255;
const FIRST_CAPACITY = 256;

/**
 * All series ingest knows: which bytes a sender may mean them by, which owner holds them under which ref, what limits them,
 * and how old their samples may be. Series have numbers of their own here. A class over typed arrays: it is asked once for
 * each series of each request.
 */
export class SeriesRegistry {
  readonly #config: RegistryConfig;
  readonly #onNew: OnNewSeries;
  #retention: RetentionPolicies;
  #layers: Layers;
  #limits: RegistryLimits;
  readonly #refusals = new LimitRefusals();
  /** What senders send; several byte strings may mean the same series. */
  #sent: ByteTable;
  #seriesOfSent = new Uint32Array(FIRST_CAPACITY);
  #counts: LabelCounts;
  readonly #senders = new Senders();
  /** Numbers given out, those of series that are gone included. */
  #size = 0;
  #alive = 0;
  /** While `tidy` works: the series that have gone since it began. */
  #goneMeanwhile: number[] | null = null;
  /** By series. */
  #owner = new Uint8Array(FIRST_CAPACITY);
  #ref = new Uint32Array(FIRST_CAPACITY);
  #policy = new Uint8Array(FIRST_CAPACITY);
  #sender = new Uint16Array(FIRST_CAPACITY);
  /** Series number to the number of its canonical label bytes in `#sent`. */
  #key = new Uint32Array(FIRST_CAPACITY);
  /** By owner. */
  readonly #refs: OwnerRefs[];
  #oldestMsOfPolicy: Float64Array;

  constructor(config: RegistryConfig, onNew: OnNewSeries) {
    this.#config = config;
    this.#onNew = onNew;
    this.#retention = config.retention;
    this.#layers = config.layers;
    this.#limits = config.limits;
    this.#sent = new ByteTable(config.seed);
    this.#counts = new LabelCounts(config.seed ^ 0x5bd1e995);
    this.#refs = Array.from({ length: config.owners }, () => new OwnerRefs());
    this.#oldestMsOfPolicy = new Float64Array(config.retention.policies.length);
  }

  get seriesCount(): number {
    return this.#alive;
  }

  get heldBytes(): number {
    return this.#sent.heldBytes + this.#owner.length * 12;
  }

  /** Before a request's series are looked up. */
  startRequest(nowMs: number, sender: string): void {
    this.#senders.use(sender);
    for (const [index, { tiers }] of this.#retention.policies.entries()) {
      // What is older than raw goes into the tiers, by way of a raw file that does not stay.
      const keepMs = Math.max(...tiers.map((tier) => tier.keepMs));
      // Nothing is older than 1970, whatever is kept for ever.
      this.#oldestMsOfPolicy[index] = keepMs === Number.POSITIVE_INFINITY ? 0 : Math.max(0, nowMs - keepMs);
    }
  }

  /** The series of these label bytes, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const sent = this.#sent.find(bytes, start, end);
    if (sent < 0) return -1;
    const series = this.#seriesOfSent[sent]!;
    return this.#owner[series] === GONE ? -1 : series;
  }

  ownerOf(series: number): number {
    return this.#owner[series]!;
  }

  refOf(series: number): number {
    return this.#ref[series]!;
  }

  /** Oldest timestamp the series' retention policy takes. */
  oldestMs(series: number): number {
    const policy = this.#policy[series]!;
    return this.#oldestMsOfPolicy[policy === UNKNOWN_POLICY ? this.#learn(series) : policy]!;
  }

  labelsOf(series: number): Labels {
    return this.#counts.pairs.decode(this.#sent.keyOf(this.#key[series]!));
  }

  /** `decodeLabelPairs`, faster, for canonical label bytes. */
  decode(bytes: Uint8Array, start: number, end: number): string[] {
    return this.#counts.pairs.decode(bytes, start, end);
  }

  /** The series with valid labels, made when new, or which limit keeps it from being made. */
  admit(
    sent: Labels,
    bytes: Uint8Array,
    start: number,
    end: number,
    isCanonical: boolean,
  ): number | LimitReached {
    const labels = this.#layers(sent);
    // Nearly every sender's bytes are the key already.
    const isKey = isCanonical && labels === sent;
    const key = isKey ? bytes.subarray(start, end) : encodeLabels(labels);
    let series = isKey ? -1 : this.find(key, 0, key.length);
    if (series < 0) {
      const limit = this.#limitReached(key);
      if (limit !== null) {
        this.#refusals.count(limit);
        return limit;
      }
      series = this.#add(key, null);
      this.#policy[series] = this.#retention.policyOf(labels);
      this.#setSender(series);
      this.#onNew(this.#owner[series]!, this.#ref[series]!, key);
    }
    if (!isKey) this.#setSent(this.#sent.add(bytes, start, end), series);
    return series;
  }

  /** Takes in what an owner knew when it was opened: its series' canonical label bytes, in the order of their refs. */
  restore(owner: number, firstRef: number, keys: Iterable<Uint8Array>): void {
    let ref = firstRef;
    for (const key of keys) this.#add(key, { owner, ref: ref++ });
  }

  /** The owner has no samples of these in memory: they are new when they come again. */
  forget(owner: number, refs: Uint32Array): void {
    for (const ref of refs) {
      const series = this.#refs[owner]!.release(ref);
      this.#remove(series);
      this.#goneMeanwhile?.push(series);
    }
  }

  /** Gives back the memory of series that are gone once they are the larger part; `pause` lets requests go on meanwhile. */
  async tidy(pause: () => Promise<void>): Promise<void> {
    if (this.#goneMeanwhile !== null || this.#size <= FIRST_CAPACITY || this.#alive * 2 >= this.#size) return;
    const fresh = new SeriesRegistry(this.#config, this.#onNew);
    const numberOf: number[] = [];
    const retention = this.#retention;
    this.#goneMeanwhile = [];
    // Series that come meanwhile are at the end, and met there.
    for (let series = 0; series < this.#size; series++) {
      await pause();
      if (this.#owner[series] === GONE) continue;
      const place = { owner: this.#owner[series]!, ref: this.#ref[series]! };
      const number = fresh.#add(this.#sent.keyOf(this.#key[series]!), place);
      fresh.#policy[number] = this.#policy[series]!;
      fresh.#sender[number] = this.#sender[series]!;
      numberOf[series] = number;
    }
    for (const series of this.#goneMeanwhile) {
      const number = numberOf[series];
      if (number !== undefined) fresh.#remove(number);
    }
    this.#goneMeanwhile = null;
    this.#sent = fresh.#sent;
    this.#seriesOfSent = fresh.#seriesOfSent;
    this.#counts = fresh.#counts;
    this.#size = fresh.#size;
    this.#owner = fresh.#owner;
    this.#ref = fresh.#ref;
    this.#policy = fresh.#policy;
    this.#sender = fresh.#sender;
    this.#key = fresh.#key;
    if (this.#retention !== retention) this.#policy.fill(UNKNOWN_POLICY);
    for (const [owner, refs] of this.#refs.entries()) refs.renumber(fresh.#refs[owner]!);
  }

  /** From now on these hold; layers and limits for new series only. */
  configure(retention: RetentionPolicies, layers: Layers, limits: RegistryLimits): void {
    this.#limits = limits;
    this.#retention = retention;
    this.#layers = layers;
    this.#oldestMsOfPolicy = new Float64Array(retention.policies.length);
    this.#policy.fill(UNKNOWN_POLICY);
  }

  /** The labels, metrics and senders with the most series, and those that are refused more. */
  top(): TopSeries {
    return {
      ...this.#counts.top(),
      seriesBySender: this.#senders.counts(),
      refusedSeries: this.#refusals.top(),
    };
  }

  /** How often each limit has kept a series from being made. */
  get refusedByLimit(): ReadonlyMap<SeriesLimit, number> {
    return this.#refusals.byLimit;
  }

  #limitReached(key: Uint8Array): LimitReached | null {
    const limits = this.#limits;
    if (this.#alive >= limits.seriesMax) return { limit: 'series', name: '', max: limits.seriesMax };
    return this.#senders.limitReached(limits) ?? this.#counts.limitReached(key, limits);
  }

  #add(key: Uint8Array, place: { readonly owner: number; readonly ref: number } | null): number {
    const series = this.#size++;
    if (series === this.#owner.length) this.#grow();
    const sent = this.#sent.add(key, 0, key.length);
    this.#setSent(sent, series);
    this.#key[series] = sent;
    const sum = this.#counts.add(key);
    const owner = place?.owner ?? ownerOfShard(logicalShard(sum), this.#config.owners);
    this.#owner[series] = owner;
    this.#ref[series] = place ? this.#refs[owner]!.take(series, place.ref) : this.#refs[owner]!.next(series);
    this.#policy[series] = UNKNOWN_POLICY;
    this.#sender[series] = 0;
    this.#alive++;
    return series;
  }

  /** What is only needed once somebody sends the series. */
  #learn(series: number): number {
    const policy = this.#retention.policyOf(this.labelsOf(series));
    this.#policy[series] = policy;
    if (this.#sender[series] === 0) this.#setSender(series);
    return policy;
  }

  #setSender(series: number): void {
    this.#sender[series] = this.#senders.enter();
  }

  #setSent(sent: number, series: number): void {
    while (sent >= this.#seriesOfSent.length) this.#seriesOfSent = larger(this.#seriesOfSent, Uint32Array);
    this.#seriesOfSent[sent] = series;
  }

  #remove(series: number): void {
    this.#counts.remove(this.#sent.keyOf(this.#key[series]!));
    this.#senders.leave(this.#sender[series]!);
    this.#owner[series] = GONE;
    this.#alive--;
  }

  #grow(): void {
    this.#owner = larger(this.#owner, Uint8Array);
    this.#ref = larger(this.#ref, Uint32Array);
    this.#policy = larger(this.#policy, Uint8Array);
    this.#sender = larger(this.#sender, Uint16Array);
    this.#key = larger(this.#key, Uint32Array);
  }
}

/** The refs of one owner: small numbers, used again once the owner has let go of them. */
class OwnerRefs {
  #series = new Uint32Array(FIRST_CAPACITY);
  #size = 0;
  readonly #free: number[] = [];

  next(series: number): number {
    return this.take(series, this.#free.pop() ?? this.#size);
  }

  take(series: number, ref: number): number {
    while (ref >= this.#series.length) this.#series = larger(this.#series, Uint32Array);
    this.#series[ref] = series;
    this.#size = Math.max(this.#size, ref + 1);
    return ref;
  }

  release(ref: number): number {
    this.#free.push(ref);
    return this.#series[ref]!;
  }

  /** Takes over the series' new numbers; which refs are free stays. */
  renumber(other: OwnerRefs): void {
    this.#series = other.#series;
  }
}

type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

function larger<T extends Column>(array: T, make: new (length: number) => T): T {
  const copy = new make(array.length * 2);
  copy.set(array);
  return copy;
}
