import type { IncomingMessage } from 'node:http';

/** The body is larger than the receiver takes; answer 413. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The client went away, or lied about the length; there is nobody to answer. */
export class BodyAborted extends Error {
  override readonly name = 'BodyAborted';
}

/** Reads a request's body into one buffer, at most `maxBytes`. Compression is the caller's matter. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  const tooLarge = () => new BodyTooLarge(`Cannot take the request: its body exceeds ${maxBytes} bytes`);
  if (declared > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.pause();
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    request.on('error', (error) => reject(new BodyAborted('Cannot read the request', { cause: error })));
    request.on('close', () => {
      if (!request.complete)
        reject(new BodyAborted('Cannot read the request: the client closed the connection'));
    });
  });
}
