import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { type NotedSeries, parseSeriesNotation } from '@tocsin/protocol/series-notation/series-notation.ts';
import { InputFault } from './input-fault.ts';
import type { SeriesStore } from './series-store.ts';
import type { InputSeries, UnitTest } from './unit-test.ts';

/** A test's input series, put into the store as its time goes on. */
export interface Input {
  /** Adds what comes after the last call, up to and including that time. @throws InputFault */
  addUntil(timeMs: number, store: SeriesStore): void;
}

interface Feed {
  readonly line: number;
  readonly series: NotedSeries;
  next: number;
}

/** @throws InputFault for a series that cannot be read */
export function createInput(test: UnitTest): Input {
  // Of a series that is there twice the last one counts.
  const feeds = new Map<string, Feed>();
  for (const input of test.inputSeries) {
    const series = read(input);
    feeds.set(labelsKey(series.labels), { line: input.line, series, next: 0 });
  }
  return {
    addUntil(timeMs, store) {
      for (const feed of feeds.values()) {
        const { labels, values } = feed.series;
        for (; feed.next < values.length; feed.next++) {
          const timestampMs = test.startMs + feed.next * test.intervalMs;
          if (timestampMs > timeMs) break;
          const value = values[feed.next]!;
          const refusal = value === null ? null : store.add(labels, timestampMs, value);
          if (refusal !== null)
            throw new InputFault(feed.line, `the input series cannot be added: ${refusal}`);
        }
      }
    },
  };
}

function read({ series, values, line }: InputSeries): NotedSeries {
  try {
    return parseSeriesNotation(`${series} ${values}`);
  } catch (error) {
    throw new InputFault(line, error instanceof Error ? error.message : String(error));
  }
}
