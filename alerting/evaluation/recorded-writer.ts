import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { CONTENT_TYPES, VERSION_HEADER, VERSION_VALUES } from '@tocsin/protocol/remote-write/version.ts';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { ALERTING_LIMITS } from '../limits.ts';

/** One sample that a rule yields; `value` null ends the series (a staleness marker). */
export interface RecordedSample {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number | null;
}

/** Writes what rules record back to the aggregator, by remote write. */
export interface RecordedWriter {
  /** Queues samples; resolves when those queued up to now are written or given up. */
  write(samples: readonly RecordedSample[]): Promise<void>;
  stop(): void;
}

export interface RecordedWriterDeps {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly log: Log;
  readonly onOutcome: (outcome: 'written' | 'refused' | 'dropped', samples: number) => void;
}

const RETRY_PAUSE_MS = 5_000;
const TIMEOUT_MS = 10_000;

export function createRecordedWriter(deps: RecordedWriterDeps, url: string): RecordedWriter {
  let queue: RecordedSample[] = [];
  let waiting: (() => void)[] = [];
  let sending = false;
  let retry: Timer | null = null;

  const drain = async (): Promise<void> => {
    if (sending) return;
    sending = true;
    while (queue.length > 0) {
      const batch = queue.slice(0, ALERTING_LIMITS.seriesPerWrite);
      const verdict = await send(batch);
      if (verdict === 'later') {
        retry ??= deps.clock.setTimeout(() => {
          retry = null;
          void drain();
        }, RETRY_PAUSE_MS);
        break;
      }
      // The front may have been dropped meanwhile to make room.
      const first = batch.indexOf(queue[0]!);
      if (first >= 0) queue = queue.slice(batch.length - first);
      deps.onOutcome(verdict, batch.length);
    }
    sending = false;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  };

  const send = async (batch: readonly RecordedSample[]): Promise<'written' | 'refused' | 'later'> => {
    try {
      const answer = await deps.http.send({
        method: 'POST',
        url: `${url}/api/v1/write`,
        headers: {
          'content-type': CONTENT_TYPES['1.0'],
          'content-encoding': 'snappy',
          [VERSION_HEADER]: VERSION_VALUES['1.0'],
        },
        body: encodeSnappy(encodeWriteRequestV1(batch.map(seriesOf))),
        timeoutMs: TIMEOUT_MS,
      });
      if (answer.status >= 200 && answer.status < 300) return 'written';
      if (answer.status >= 500 || answer.status === 429) return 'later';
      deps.log.warn(
        { status: answer.status, answer: answer.text().slice(0, 500) },
        'the aggregator refuses recorded samples',
      );
      return 'refused';
    } catch {
      // Unreachable: aggregator-watch.ts makes that an alert, so it is not logged for each batch.
      return 'later';
    }
  };

  return {
    write(samples) {
      if (samples.length === 0 && queue.length === 0) return Promise.resolve();
      // One by one: a rule of 100,000 alerts has more samples than a call takes arguments.
      for (const sample of samples) queue.push(sample);
      // What one rule writes is never too much by itself.
      const excess = queue.length - Math.max(ALERTING_LIMITS.recordedBacklog, samples.length);
      if (excess > 0) {
        queue = queue.slice(excess);
        deps.onOutcome('dropped', excess);
      }
      return new Promise((resolve) => {
        waiting.push(resolve);
        void drain();
      });
    },
    stop: () => retry?.cancel(),
  };
}

function seriesOf({ labels, timestampMs, value }: RecordedSample): WriteSeries {
  const values = Float64Array.of(value ?? 0);
  if (value === null) writeStale(values, 0);
  return { labels, timestampsMs: Float64Array.of(timestampMs), values };
}
