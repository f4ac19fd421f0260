import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, zstdDecompress } from 'node:zlib';
import { readBody } from '@tocsin/runtime/http/read-body.ts';
import { IngestError } from './ingest-error.ts';

const decompressors = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  zstd: promisify(zstdDecompress),
} as const;

/** The request's body, uncompressed by its Content-Encoding. Throws IngestError with 400, 413 or 415. */
export async function readContent(
  request: IncomingMessage,
  limits: { readonly requestBytesMax: number; readonly uncompressedBytesMax: number },
): Promise<Uint8Array> {
  const body = await readBody(request, limits.requestBytesMax);
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return body;
  if (!isKnown(encoding))
    throw new IngestError(
      415,
      `Content-Encoding ${JSON.stringify(encoding)} is not spoken; use gzip or zstd`,
    );
  const maxOutputLength = limits.uncompressedBytesMax;
  try {
    return await decompressors[encoding](body, { maxOutputLength });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new IngestError(
        413,
        `The body has more than ${maxOutputLength} bytes uncompressed; send less at once`,
      );
    throw new IngestError(
      400,
      `The body is not ${encoding}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function isKnown(encoding: string): encoding is keyof typeof decompressors {
  return Object.hasOwn(decompressors, encoding);
}
