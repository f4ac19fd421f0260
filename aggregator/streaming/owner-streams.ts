import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import type { IngestLog, LogPosition } from '../journal/ingest-log.ts';
import type { SeriesTable } from '../series/series-table.ts';
import type { StoredBatch } from '../shard/batch-record.ts';
import type { Turns } from '../shard/turns.ts';
import { isInputKey } from './input-key.ts';
import {
  CLOSING_RECORD,
  decodeClosings,
  decodeWritten,
  encodeClosings,
  encodeWritten,
  WRITTEN_RECORD,
} from './stream-records.ts';
import { createStreamRules, dueWindow, type StreamRuleConfig } from './stream-rule.ts';
import { type StreamOutput, Streams, type WindowClosing } from './streams.ts';
import { decodeStreams, encodeStreams } from './streams-file.ts';
import { type InputTaker, takeInputs } from './take-inputs.ts';

/** A rule at work, and up to when its windows are closed. */
export interface RuleProgress {
  readonly rule: string;
  readonly closedMs: number;
}

/** The streams of one shard owner with what keeps them: the journal, and a file that lets the journal be cut. */
export interface OwnerStreams {
  readonly streams: Streams;
  /** The file that could not be read on opening, with what is wrong; null when all is well. */
  readonly damaged: string | null;
  /** Reads the file, before the journal is replayed. */
  load(): Promise<void>;
  /** Takes the inputs out of a replayed batch; returns the rest of it. */
  replayBatch(batch: StoredBatch, position: LogPosition): StoredBatch;
  /** Goes through a record of the streams' own once more. */
  replayRecord(kind: number, payload: Uint8Array, position: LogPosition): void;
  /** Adds rules, durably; those at work go on. */
  configure(journal: IngestLog, rules: readonly StreamRuleConfig[]): Promise<readonly RuleProgress[]>;
  /** Closes windows, durably; returns all outputs that are not known to be stored. */
  closeWindows(journal: IngestLog, closings: readonly WindowClosing[]): Promise<readonly StreamOutput[]>;
  /** The outputs up to this number are stored. */
  written(journal: IngestLog, number: number): Promise<void>;
  /** Makes the journal before its end unnecessary; resolves when that is durable. */
  save(journal: IngestLog): Promise<void>;
  /** A copy for an owner that starts with an empty journal. */
  saveCopy(folder: string): Promise<void>;
}

const FILE = 'stream-aggregation.state';

export function createOwnerStreams(
  deps: { readonly clock: Clock; readonly disk: Disk; readonly log: Log },
  folder: string,
  table: SeriesTable,
  samplesMax: number,
  /** The owner's: appends of batches share them. */
  turns: Turns,
): OwnerStreams {
  const { clock, disk, log } = deps;
  const path = `${folder}/${FILE}`;
  const streams = new Streams(table, samplesMax);
  let damaged: string | null = null;
  let from: LogPosition = 0;
  let isStored = false;
  let sawInputs = false;
  /** For samples that are in the file already: they are inputs, and nothing more. */
  const inFile: InputTaker = { inputOf: (series) => streams.inputOf(series), add: () => 'repeated' };
  let work: Promise<unknown> = Promise.resolve();

  /** Closing takes a while, and nobody must see it half done. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = work.then(task);
    work = turn.catch(() => undefined);
    return turn;
  }

  async function store(journal: IngestLog): Promise<void> {
    const bytes = await turns.alone(() => encodeStreams(streams, journal.end()));
    await disk.writeFileAtomic(path, bytes);
    isStored = true;
  }

  function progress(): readonly RuleProgress[] {
    return Array.from(streams.rules, ([rule, { closedMs }]) => ({ rule, closedMs }));
  }

  return {
    streams,
    get damaged() {
      return damaged;
    },
    async load() {
      if ((await disk.size(path)) === null) return;
      isStored = true;
      const bytes = await disk.readFile(path);
      const read = new Streams(table, samplesMax);
      try {
        // Into streams of their own first, so that a file that is damaged further on leaves nothing behind.
        decodeStreams(bytes, read);
        from = decodeStreams(bytes, streams);
      } catch (error) {
        damaged = `${path}.damaged: ${error instanceof Error ? error.message : error}`;
        log.error(`stream aggregation starts anew: ${damaged}`);
        await disk.rename(path, `${path}.damaged`);
        await disk.syncDirectory(folder);
        isStored = false;
      }
    },
    replayBatch(batch, position) {
      sawInputs ||= batch.definitions.some(({ key }) => isInputKey(key));
      if (!sawInputs) return batch;
      const taker = position < from ? inFile : streams;
      const count = takeInputs(taker, batch, 0, batch.count, 0, () => undefined);
      return { ...batch, count };
    },
    replayRecord(kind, payload, position) {
      if (position < from) return;
      if (kind === CLOSING_RECORD) for (const _ of streams.close(decodeClosings(payload)));
      else if (kind === WRITTEN_RECORD) streams.written(decodeWritten(payload));
    },
    configure: (journal, configs) =>
      inTurn(async () => {
        const nowMs = clock.now();
        const fresh = createStreamRules(configs).filter(({ id }) => !streams.rules.has(id));
        for (const rule of fresh) {
          streams.addRule(rule, nowMs, dueWindow(rule, nowMs));
        }
        // The journal's records say which rule an input is for, and only this file what the rule says.
        if (fresh.length > 0) await store(journal);
        return progress();
      }),
    closeWindows: (journal, closings) =>
      inTurn(async () => {
        const wanted = closings.filter(({ rule, throughMs }) => {
          const state = streams.rules.get(rule);
          return state !== undefined && throughMs > state.closedMs;
        });
        if (wanted.length > 0) {
          const steps = await turns.alone(async () => {
            await journal.append(CLOSING_RECORD, [encodeClosings(wanted)]);
            return streams.close(wanted);
          });
          const pause = createPause(clock, new AbortController().signal);
          for (const _ of steps) await pause();
        }
        return streams.pending;
      }),
    written: (journal, number) =>
      turns.shared(async () => {
        await journal.append(WRITTEN_RECORD, [encodeWritten(number)]);
        streams.written(number);
      }),
    save: (journal) =>
      inTurn(async () => {
        if (isStored || !streams.isIdle || streams.pending.length > 0) await store(journal);
      }),
    saveCopy: (target) =>
      inTurn(async () => {
        if (!isStored && streams.isIdle) return;
        const bytes = await turns.alone(() => encodeStreams(streams, 0));
        await disk.writeFileAtomic(`${target}/${FILE}`, bytes);
      }),
  };
}
