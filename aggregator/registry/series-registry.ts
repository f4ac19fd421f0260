import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { Layers } from '../retention/layers.ts';
import type { RetentionPolicies } from '../retention/retention-policies.ts';
import { ByteTable } from '../series/byte-table.ts';
import { logicalShard, ownerOfLabels, ownerOfShard } from '../shard/logical-shard.ts';
import { inputKeyLabels, isInputKey, ruleOf, withoutRule } from '../streaming/input-key.ts';
import type { StreamRule } from '../streaming/stream-rule.ts';
import { LabelCounts, type TopLabels } from './label-counts.ts';
import { larger } from './larger-column.ts';
import { LimitRefusals, type RefusedSeries } from './limit-refusals.ts';
import { OwnerRefs } from './owner-refs.ts';
import { Senders } from './senders.ts';
import type { LimitReached, RegistryLimits, SeriesLimit } from './series-limits.ts';

export interface RegistryConfig {
  readonly owners: number;
  readonly limits: RegistryLimits;
  readonly retention: RetentionPolicies;
  readonly layers: Layers;
  readonly streams: StreamIntake;
  /** Keeps a sender from choosing labels that collide. */
  readonly seed: number;
}

export interface TopSeries extends TopLabels {
  readonly seriesBySender: TopLabels['seriesByMetric'];
  readonly refusedSeries: readonly RefusedSeries[];
}

/** What ingest knows of stream aggregation. */
export interface StreamIntake {
  readonly rules: readonly StreamRule[];
  /** Up to when the rule's windows are closed. */
  closedMs(rule: string): number;
}

/** Told of each series that is new, with its canonical label bytes, before any sample of it. */
export type OnNewSeries = (owner: number, ref: number, key: Uint8Array) => void;

const GONE = 255;
const UNKNOWN_POLICY = 65_535;
const NO_SERIES = 0xffff_ffff;
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
  #streams: StreamIntake;
  /** By series, while there are stream rules: which series its samples are for; null: itself; undefined: not asked yet. */
  #targets: (readonly number[] | null | undefined)[] = [];
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
  #policy = new Uint16Array(FIRST_CAPACITY);
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
    this.#streams = config.streams;
    this.#sent = new ByteTable(config.seed);
    this.#counts = new LabelCounts(config.seed ^ 0x5bd1e995);
    this.#refs = Array.from({ length: config.owners }, () => new OwnerRefs());
    this.#oldestMsOfPolicy = this.#newOldest();
  }

  get seriesCount(): number {
    return this.#alive;
  }

  get heldBytes(): number {
    return this.#sent.heldBytes + this.#owner.length * 13;
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
    const { length } = this.#retention.policies;
    for (const [index, rule] of this.#streams.rules.entries())
      this.#oldestMsOfPolicy[length + index] = this.#streams.closedMs(rule.id) + 1;
  }

  /** The series of these label bytes, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const sent = this.#sent.find(bytes, start, end);
    if (sent < 0) return -1;
    const series = this.#seriesOfSent[sent]!;
    return this.#owner[series] === GONE || series === NO_SERIES ? -1 : series;
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

  /** The series' labels as they were sent, also when it is the input of a stream rule. */
  labelsOf(series: number): Labels {
    return withoutRule(this.#keyLabels(series));
  }

  /** Whether there are stream rules, and `targetsOf` is to be asked. */
  get hasStreams(): boolean {
    return this.#streams.rules.length > 0;
  }

  /** Whether the series' samples are aggregated and not stored. */
  isInput(series: number): boolean {
    return isInputKey(this.#sent.keyOf(this.#key[series]!));
  }

  /** The series that samples of this one are for, by the stream rules; null: itself, as without rules. */
  targetsOf(series: number): readonly number[] | null | LimitReached {
    const known = this.#targets[series];
    if (known === null) return null;
    if (known?.every((target) => this.#owner[target] !== GONE)) return known;
    return this.#findTargets(series);
  }

  /** `decodeLabelPairs`, faster, for canonical label bytes. */
  decode(bytes: Uint8Array, start: number, end: number): string[] {
    return this.#counts.pairs.decode(bytes, start, end);
  }

  /**
   * The series with valid labels, made when new, or which limit keeps it from being made. An output of stream aggregation is not
   * aggregated again.
   */
  admit(
    sent: Labels,
    bytes: Uint8Array,
    start: number,
    end: number,
    isCanonical: boolean,
    isOutput = false,
  ): number | LimitReached {
    const labels = this.#layers(sent);
    // Nearly every sender's bytes are the key already, and not known.
    const isKey = isCanonical && labels === sent;
    const only = isOutput ? null : this.#onlyRule(labels);
    const key = isKey ? bytes.subarray(start, end) : encodeLabels(labels);
    const series = only ? this.#makeInput(only, labels) : this.#make(key, labels, isKey);
    if ((only || !isKey) && typeof series === 'number')
      this.#setSent(this.#sent.add(bytes, start, end), series);
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
    const streams = this.#streams;
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
    this.#targets = [];
    if (this.#retention !== retention || this.#streams !== streams) this.#policy.fill(UNKNOWN_POLICY);
    for (const [owner, refs] of this.#refs.entries()) refs.renumber(fresh.#refs[owner]!);
  }

  /** From now on these hold; layers and limits for new series only. */
  configure(
    retention: RetentionPolicies,
    layers: Layers,
    limits: RegistryLimits,
    streams: StreamIntake,
  ): void {
    this.#limits = limits;
    this.#streams = streams;
    this.#targets = [];
    this.#retention = retention;
    this.#layers = layers;
    this.#oldestMsOfPolicy = this.#newOldest();
    this.#policy.fill(UNKNOWN_POLICY);
    // What stood for the input of one rule may match others now.
    for (let sent = 0; sent < this.#sent.size; sent++) {
      const series = this.#seriesOfSent[sent]!;
      if (series !== NO_SERIES && this.#key[series] !== sent && this.isInput(series))
        this.#seriesOfSent[sent] = NO_SERIES;
    }
  }

  /** Lets go of inputs whose rule is none any more; returns their refs, by owner. */
  dropInputs(): readonly Uint32Array[] {
    const refs = this.#refs.map((): number[] => []);
    for (let series = 0; series < this.#size; series++) {
      const owner = this.#owner[series]!;
      if (owner === GONE || !this.isInput(series)) continue;
      if (this.#ruleIndex(ruleOf(this.#keyLabels(series))) < 0) refs[owner]!.push(this.#ref[series]!);
    }
    for (const [owner, ofOwner] of refs.entries()) this.forget(owner, Uint32Array.from(ofOwner));
    return refs.map((ofOwner) => Uint32Array.from(ofOwner));
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

  /** The series with these labels, whose canonical bytes are the key. */
  #make(key: Uint8Array, labels: Labels, isNew: boolean): number | LimitReached {
    const known = isNew ? -1 : this.find(key, 0, key.length);
    // These bytes may have stood for the input of a rule.
    if (known >= 0 && !this.isInput(known)) return known;
    const made = this.#makeNew(key, null);
    if (typeof made === 'number') this.#policy[made] = this.#retention.policyOf(labels);
    return made;
  }

  /** The rule, when samples of a series with these labels are for it and for nobody else. */
  #onlyRule(labels: Labels): StreamRule | null {
    if (!this.hasStreams) return null;
    const [rule, ...others] = this.#streams.rules.filter((one) => one.matches(labels));
    return rule && !rule.keepsRaw && others.length === 0 ? rule : null;
  }

  /** The series a rule makes of one with these labels; it lies where its group does. */
  #makeInput(rule: StreamRule, labels: Labels): number | LimitReached {
    const inputLabels = rule.inputLabels(labels);
    const key = encodeLabels(inputKeyLabels(rule.id, inputLabels));
    const known = this.find(key, 0, key.length);
    if (known >= 0) return known;
    const owner = ownerOfLabels(encodeLabels(rule.groupLabels(inputLabels)), this.#config.owners);
    const made = this.#makeNew(key, owner);
    if (typeof made === 'number')
      this.#policy[made] = this.#retention.policies.length + this.#ruleIndex(rule.id);
    return made;
  }

  #makeNew(key: Uint8Array, owner: number | null): number | LimitReached {
    const limit = this.#limitReached(key);
    if (limit !== null) {
      this.#refusals.count(limit);
      return limit;
    }
    const series = this.#add(key, null, owner);
    this.#setSender(series);
    this.#onNew(this.#owner[series]!, this.#ref[series]!, key);
    return series;
  }

  #findTargets(series: number): readonly number[] | null | LimitReached {
    const labels = this.#keyLabels(series);
    const isInput = ruleOf(labels) !== null;
    const rules = isInput ? [] : this.#streams.rules.filter((rule) => rule.matches(labels));
    if (rules.length === 0) {
      this.#targets[series] = null;
      return null;
    }
    const made: (number | LimitReached)[] = rules.map((rule) => this.#makeInput(rule, labels));
    if (rules.every(({ keepsRaw }) => keepsRaw)) made.unshift(series);
    const targets = made.filter((target) => typeof target === 'number');
    if (targets.length === made.length) this.#targets[series] = targets;
    // What a limit keeps from being made is tried again the next time.
    return targets.length > 0 ? targets : (made[0] as LimitReached);
  }

  #keyLabels(series: number): Labels {
    return this.#counts.pairs.decode(this.#sent.keyOf(this.#key[series]!));
  }

  /** The place of the rule with this id; -1 when there is none. */
  #ruleIndex(id: string | null): number {
    return this.#streams.rules.findIndex((rule) => rule.id === id);
  }

  #newOldest(): Float64Array {
    return new Float64Array(this.#retention.policies.length + this.#streams.rules.length);
  }

  #add(
    key: Uint8Array,
    place: { readonly owner: number; readonly ref: number } | null,
    newOwner: number | null = null,
  ): number {
    const series = this.#size++;
    if (series === this.#owner.length) this.#grow();
    const sent = this.#sent.add(key, 0, key.length);
    this.#setSent(sent, series);
    this.#key[series] = sent;
    const sum = this.#counts.add(key);
    const owner = place?.owner ?? newOwner ?? ownerOfShard(logicalShard(sum), this.#config.owners);
    this.#owner[series] = owner;
    this.#ref[series] = place ? this.#refs[owner]!.take(series, place.ref) : this.#refs[owner]!.next(series);
    this.#policy[series] = UNKNOWN_POLICY;
    this.#sender[series] = 0;
    this.#alive++;
    return series;
  }

  /** What is only needed once somebody sends the series. */
  #learn(series: number): number {
    const labels = this.#keyLabels(series);
    const rule = this.#ruleIndex(ruleOf(labels));
    const policy = rule < 0 ? this.#retention.policyOf(labels) : this.#retention.policies.length + rule;
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
    this.#policy = larger(this.#policy, Uint16Array);
    this.#sender = larger(this.#sender, Uint16Array);
    this.#key = larger(this.#key, Uint32Array);
  }
}
