import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type {
  ExemplarEntry,
  HistogramEntry,
  OwnerBatch,
  RequestOutcome,
  SeriesDefinitions,
} from '../shard/batch.ts';

/** Hands a batch over; resolves when it is durable, with an outcome for each of its requests. */
export type SendBatch = (batch: OwnerBatch) => Promise<readonly RequestOutcome[]>;

/** Where a request begins, to be taken back to when it turns out to be none. */
export interface Mark {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly metadata: number;
}

interface WaitingRequest {
  readonly end: Mark;
  readonly resolve: (outcome: RequestOutcome) => void;
  readonly reject: (error: unknown) => void;
}

// A batch that has grown to this is sent at once.
const SAMPLES_MAX = 65_536;
const FIRST_CAPACITY = 2_048;

/**
 * What waits to go to one shard owner. What comes while a batch is under way goes as the next one: its requests share the
 * hand-over and the disk's sync. The columns are used again and again; a batch gets copies of just its size.
 */
export class OwnerOutbox {
  readonly #send: SendBatch;
  readonly #now: () => number;
  #count = 0;
  #refs = new Uint32Array(FIRST_CAPACITY);
  #timestampsMs = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #startsMs = new Float64Array(FIRST_CAPACITY);
  #hasStarts = false;
  #histograms: HistogramEntry[] = [];
  #exemplars: ExemplarEntry[] = [];
  #metadata: MetricMetadata[] = [];
  /** They stay when the request that brought them turns out to be none: the registry knows the series by now. */
  #defined: number[] = [];
  #keys: Uint8Array[] = [];
  #waiting: WaitingRequest[] = [];
  #isScheduled = false;
  /** Batches that were sent and not answered. */
  #underWay = 0;

  constructor(send: SendBatch, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  define(ref: number, key: Uint8Array): void {
    this.#defined.push(ref);
    this.#keys.push(key.slice());
  }

  sample(ref: number, timestampMs: number, value: number, startMs: number): void {
    const at = this.#count++;
    if (at === this.#refs.length) this.#grow();
    this.#refs[at] = ref;
    this.#timestampsMs[at] = timestampMs;
    this.#values[at] = value;
    if (startMs !== 0 || this.#hasStarts) this.#start(at, startMs);
  }

  histogram(entry: HistogramEntry): void {
    this.#histograms.push(entry);
  }

  exemplar(entry: ExemplarEntry): void {
    this.#exemplars.push(entry);
  }

  metadata(metadata: MetricMetadata): void {
    this.#metadata.push(metadata);
  }

  mark(): Mark {
    return {
      samples: this.#count,
      histograms: this.#histograms.length,
      exemplars: this.#exemplars.length,
      metadata: this.#metadata.length,
    };
  }

  /** Forgets what came since the mark. */
  rollBack(mark: Mark): void {
    this.#count = mark.samples;
    this.#histograms.length = mark.histograms;
    this.#exemplars.length = mark.exemplars;
    this.#metadata.length = mark.metadata;
  }

  /** Ends a request that began at `since`; null when it has nothing for this owner. */
  commit(since: Mark): Promise<RequestOutcome> | null {
    const end = this.mark();
    const isEmpty =
      end.samples === since.samples &&
      end.histograms === since.histograms &&
      end.exemplars === since.exemplars &&
      end.metadata === since.metadata;
    if (isEmpty) return null;
    const outcome = new Promise<RequestOutcome>((resolve, reject) => {
      this.#waiting.push({ end, resolve, reject });
    });
    if (end.samples >= SAMPLES_MAX) this.flush();
    else this.#schedule();
    return outcome;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#underWay > 0 || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    // After the sockets that have something to read now were read.
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Sends what was committed, now. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const batch = this.#take(waiting);
    this.#underWay++;
    this.#send(batch)
      .finally(() => {
        this.#underWay--;
        this.#schedule();
      })
      .then(
        (outcomes) => {
          for (const [index, { resolve }] of waiting.entries()) resolve(outcomes[index]!);
        },
        (error: unknown) => {
          for (const { reject } of waiting) reject(error);
        },
      );
  }

  #take(waiting: readonly WaitingRequest[]): OwnerBatch {
    const count = this.#count;
    const { values, timestampsMs, startsMs, series, ends } = newColumns(
      count,
      waiting.length,
      this.#hasStarts,
    );
    values.set(this.#values.subarray(0, count));
    timestampsMs.set(this.#timestampsMs.subarray(0, count));
    startsMs?.set(this.#startsMs.subarray(0, count));
    series.set(this.#refs.subarray(0, count));
    for (const [index, { end }] of waiting.entries())
      ends.set([end.samples, end.histograms, end.exemplars], index * 3);
    const batch: OwnerBatch = {
      definitions: this.#takeDefinitions(),
      count,
      series,
      timestampsMs,
      values,
      startsMs,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      metadata: this.#metadata,
      ends,
      nowMs: this.#now(),
    };
    this.#count = 0;
    this.#hasStarts = false;
    this.#histograms = [];
    this.#exemplars = [];
    this.#metadata = [];
    this.#waiting = [];
    // One huge request is no reason to hold on to its memory.
    if (this.#refs.length > SAMPLES_MAX * 2) this.#resize(FIRST_CAPACITY);
    return batch;
  }

  #takeDefinitions(): SeriesDefinitions | null {
    if (this.#defined.length === 0) return null;
    const keyLengths = Uint32Array.from(this.#keys, (key) => key.length);
    const keys = new Uint8Array(keyLengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const key of this.#keys) {
      keys.set(key, at);
      at += key.length;
    }
    const refs = Uint32Array.from(this.#defined);
    this.#defined = [];
    this.#keys = [];
    return { refs, keys, keyLengths };
  }

  #start(at: number, startMs: number): void {
    if (!this.#hasStarts) {
      this.#hasStarts = true;
      this.#startsMs.fill(0, 0, at);
    }
    this.#startsMs[at] = startMs;
  }

  #grow(): void {
    this.#resize(this.#refs.length * 2);
  }

  #resize(size: number): void {
    const [refs, timestampsMs] = [this.#refs, this.#timestampsMs];
    const [values, startsMs] = [this.#values, this.#startsMs];
    this.#refs = new Uint32Array(size);
    this.#timestampsMs = new Float64Array(size);
    this.#values = new Float64Array(size);
    this.#startsMs = new Float64Array(size);
    if (size < refs.length) return;
    this.#refs.set(refs);
    this.#timestampsMs.set(timestampsMs);
    this.#values.set(values);
    this.#startsMs.set(startsMs);
  }
}

/**
 * The columns of a batch as views of one buffer: handing over five buffers to another thread took 60 us, one takes 20.
 */
function newColumns(
  count: number,
  requests: number,
  hasStarts: boolean,
): Pick<OwnerBatch, 'values' | 'timestampsMs' | 'startsMs' | 'series' | 'ends'> {
  const doubles = hasStarts ? 3 : 2;
  const refsStart = count * doubles * 8;
  const buffer = new ArrayBuffer(refsStart + count * 4 + requests * 12);
  return {
    values: new Float64Array(buffer, 0, count),
    timestampsMs: new Float64Array(buffer, count * 8, count),
    startsMs: hasStarts ? new Float64Array(buffer, count * 16, count) : null,
    series: new Uint32Array(buffer, refsStart, count),
    ends: new Uint32Array(buffer, refsStart + count * 4, requests * 3),
  };
}
