import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatOfContentType } from '@tocsin/protocol/exposition/content-type.ts';
import { parseExposition } from '@tocsin/protocol/exposition/parse.ts';
import { expositionToWriteSeries } from '@tocsin/protocol/exposition/to-write-series.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { IngestError } from './ingest-error.ts';
import { readContent } from './read-content.ts';

const LINES_NAMED_MAX = 10;

/** `POST /api/v1/import/prometheus`: text exposition; `timestamp` (ms) dates the samples that carry none. */
export async function handleImport(
  deps: {
    readonly store: Pick<MetricStore, 'write'>;
    readonly clock: Clock;
    readonly limits: AggregatorLimits;
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ readonly kept: number; readonly refused: number }> {
  const defaultMs = timestampOf(request.url ?? '') ?? deps.clock.now();
  const body = await readContent(request, deps.limits);
  const parsed = parseExposition(body, formatOfContentType(request.headers['content-type']));
  const bytes = encodeWriteRequestV1(expositionToWriteSeries(parsed.samples, defaultMs), parsed.metadata);
  const outcome = await deps.store.write({ version: '1.0', bytes });
  const refused = outcome.refused + parsed.errors.length;
  if (refused === 0) response.writeHead(204).end();
  else {
    const lines = parsed.errors
      .slice(0, LINES_NAMED_MAX)
      .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
    if (parsed.errors.length > lines.length)
      lines.push(`and ${parsed.errors.length - lines.length} more lines`);
    if (outcome.refusals !== '') lines.push(outcome.refusals);
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`Kept ${outcome.samples} samples, refused ${refused}:\n${lines.join('\n')}\n`);
  }
  return { kept: outcome.samples, refused };
}

function timestampOf(url: string): number | null {
  const text = new URL(url, 'http://localhost').searchParams.get('timestamp');
  if (text === null || text === '') return null;
  const timestampMs = Number(text);
  if (!Number.isSafeInteger(timestampMs))
    throw new IngestError(400, `timestamp ${JSON.stringify(text)} is not a whole number of milliseconds`);
  return timestampMs;
}
