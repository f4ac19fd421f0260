import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { CONTENT_TYPES, VERSION_HEADER, VERSION_VALUES } from '@tocsin/protocol/remote-write/version.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';

/** One sample, now, by remote write 1.0; throws unless it was acknowledged. */
export async function writeSample(
  aggregatorUrl: string,
  labels: Record<string, string>,
  value: number,
): Promise<void> {
  await writeSamples(aggregatorUrl, labels, [[Date.now(), value]]);
}

export async function writeSamples(
  aggregatorUrl: string,
  labels: Record<string, string>,
  samples: readonly (readonly [timestampMs: number, value: number])[],
): Promise<void> {
  const body = encodeWriteRequestV1([
    {
      labels: labelsFromObject(labels),
      timestampsMs: Float64Array.from(samples, ([timestampMs]) => timestampMs),
      values: Float64Array.from(samples, ([, value]) => value),
    },
  ]);
  const answer = await fetch(`${aggregatorUrl}/api/v1/write`, {
    method: 'POST',
    headers: {
      'Content-Type': CONTENT_TYPES['1.0'],
      'Content-Encoding': 'snappy',
      [VERSION_HEADER]: VERSION_VALUES['1.0'],
    },
    body: Buffer.from(encodeSnappy(body)),
  });
  if (!answer.ok) throw new Error(`Cannot write: ${answer.status} ${await answer.text()}`);
}

export interface VectorItem {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** An instant query's vector; throws what the server complains of. */
export async function queryVector(
  baseUrl: string,
  query: string,
  timeSeconds?: number,
): Promise<readonly VectorItem[]> {
  const time = timeSeconds === undefined ? '' : `&time=${timeSeconds}`;
  const answer = await fetch(`${baseUrl}/api/v1/query?query=${encodeURIComponent(query)}${time}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Cannot query: ${answer.status} ${text}`);
  return JSON.parse(text).data.result;
}

export interface LogLine {
  readonly stream: Readonly<Record<string, string>>;
  readonly line: string;
}

/** The lines of the last hour that a LogQL expression selects, newest first. */
export async function queryLogs(baseUrl: string, query: string): Promise<readonly LogLine[]> {
  const endMs = Date.now() + 60_000;
  const parameters = new URLSearchParams({
    query,
    start: `${endMs - 3_600_000}000000`,
    end: `${endMs}000000`,
    limit: '100',
  });
  const answer = await fetch(`${baseUrl}/loki/api/v1/query_range?${parameters}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Cannot query logs: ${answer.status} ${text}`);
  const streams: readonly { stream: Record<string, string>; values: [string, string][] }[] =
    JSON.parse(text).data.result;
  return streams.flatMap(({ stream, values }) => values.map(([, line]) => ({ stream, line })));
}
