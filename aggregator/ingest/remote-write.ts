import type { IncomingMessage, ServerResponse } from 'node:http';
import { versionOf } from '@tocsin/protocol/remote-write/version.ts';
import { decodeSnappy } from '@tocsin/protocol/snappy/decode.ts';
import { readBody } from '@tocsin/runtime/http/read-body.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { BufferPool } from './buffer-pool.ts';
import { IngestError } from './ingest-error.ts';
import { readContent } from './read-content.ts';

/** `POST /api/v1/write`, both versions of remote write. Returns how many samples were kept and refused. */
export async function handleRemoteWrite(
  deps: {
    readonly store: Pick<MetricStore, 'write'>;
    readonly buffers: BufferPool;
    readonly limits: AggregatorLimits;
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ readonly kept: number; readonly refused: number }> {
  const { store, buffers, limits } = deps;
  const version = versionOf(request.headers['content-type']);
  if (version === null)
    throw new IngestError(
      415,
      `Content-Type ${JSON.stringify(request.headers['content-type'])} is not remote write 1.0 or 2.0`,
    );
  const encoding = request.headers['content-encoding'];
  const isSnappy = encoding === undefined || encoding === 'snappy';
  const reuse = isSnappy ? buffers.take() : null;
  try {
    const bytes = reuse
      ? decodeSnappy(await readBody(request, limits.requestBytesMax), limits.uncompressedBytesMax, reuse)
      : await readContent(request, limits);
    const outcome = await store.write({ version, bytes });
    if (reuse) buffers.giveBack(bytes);
    if (version === '2.0') {
      response.setHeader('X-Prometheus-Remote-Write-Samples-Written', outcome.samples);
      response.setHeader('X-Prometheus-Remote-Write-Histograms-Written', outcome.histograms);
      response.setHeader('X-Prometheus-Remote-Write-Exemplars-Written', outcome.exemplars);
    }
    if (outcome.refused === 0) response.writeHead(204).end();
    else {
      response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(`${outcome.refusals}\n`);
    }
    return { kept: outcome.samples + outcome.histograms, refused: outcome.refused };
  } catch (error) {
    // The specification: what was not written is counted as zero, so that the sender knows the receiver counts.
    if (version === '2.0')
      for (const kind of ['Samples', 'Histograms', 'Exemplars'])
        response.setHeader(`X-Prometheus-Remote-Write-${kind}-Written`, 0);
    throw error;
  }
}
