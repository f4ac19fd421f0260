import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { envelope } from '../answers/envelope.ts';
import { wellFormedJson } from '../answers/well-formed-json.ts';
import type { ApiError } from './api-error.ts';
import type { EndpointAnswer } from './endpoint.ts';
import { joinedLater, joinedText } from './joined-text.ts';

// Below this compressing costs more than sending.
const GZIP_FROM_CHARACTERS = 4_096;

/** Sends Prometheus' envelope around the answer, in pieces, compressed when it is large and the client takes it. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: EndpointAnswer,
): Promise<void> {
  if (answer.data.kind === 'value' && answer.data.value === undefined) {
    response.writeHead(204);
    response.end();
    return;
  }
  const pieces = joinedText(envelopeOf(answer));
  const first = pieces.next();
  if (first.done) return;
  const second = pieces.next();
  const isLarge = !second.done || first.value.length >= GZIP_FROM_CHARACTERS;
  const gzip = setHeaders(request, response, isLarge);
  if (second.done && !gzip) {
    response.end(first.value);
    return;
  }
  const rest = function* () {
    yield first.value;
    if (!second.done) yield second.value;
    yield* pieces;
  };
  await stream(Readable.from(rest(), { objectMode: true }), response, gzip);
}

/** Sends JSON text that becomes known bit by bit. */
export async function sendLater(
  request: IncomingMessage,
  response: ServerResponse,
  text: AsyncIterable<string>,
): Promise<void> {
  const pieces = joinedLater(text);
  const first = await pieces.next();
  if (first.done) return;
  const second = await pieces.next();
  const isLarge = !second.done || first.value.length >= GZIP_FROM_CHARACTERS;
  const gzip = setHeaders(request, response, isLarge);
  if (second.done && !gzip) {
    response.end(first.value);
    return;
  }
  const rest = async function* () {
    yield first.value;
    if (!second.done) yield second.value;
    yield* pieces;
  };
  await stream(Readable.from(rest(), { objectMode: true, highWaterMark: 1 }), response, gzip);
}

/** Returns whether the answer is to be compressed. */
function setHeaders(request: IncomingMessage, response: ServerResponse, isLarge: boolean): boolean {
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Vary', 'Accept-Encoding');
  const gzip = isLarge && takesGzip(request);
  if (gzip) response.setHeader('Content-Encoding', 'gzip');
  return gzip;
}

async function stream(source: Readable, response: ServerResponse, gzip: boolean): Promise<void> {
  if (gzip) await pipeline(source, createGzip({ level: 3 }), response);
  else await pipeline(source, response);
}

export function sendError(response: ServerResponse, error: ApiError): void {
  response.writeHead(error.status, { 'Content-Type': 'application/json' });
  response.end(errorText(error));
}

export function errorText(error: ApiError): string {
  return wellFormedJson({ status: 'error', errorType: error.type, error: error.message });
}

/** The whole text of an answer. */
export function envelopeOf(answer: EndpointAnswer): Iterable<string> {
  const { data } = answer;
  if (data.kind === 'envelope') return [data.text];
  return envelope(data.kind === 'text' ? data.pieces : [wellFormedJson(data.value)], answer);
}

function takesGzip(request: IncomingMessage): boolean {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  return /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[^,]*)?(,|$)/i.test(accepted);
}
