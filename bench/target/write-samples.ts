import type { Target } from './target.ts';

export const WRITE_PATH = '/api/v1/write';

/** Of a snappy-compressed remote write 1.0 request. */
export const WRITE_HEADERS = {
  'Content-Encoding': 'snappy',
  'Content-Type': 'application/x-protobuf',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};

/** Sends requests one after the other; throws when one is refused. */
export async function writeSamples(
  target: Pick<Target, 'url'>,
  bodies: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const body of bodies) {
    const response = await fetch(target.url + WRITE_PATH, {
      method: 'POST',
      headers: WRITE_HEADERS,
      body: new Uint8Array(body),
    });
    if (!response.ok)
      throw new Error(`Cannot load ${target.url}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}
