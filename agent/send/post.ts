import type { Clock } from '@tocsin/runtime/clock.ts';
import { type HttpAnswer, type HttpClient, HttpFailure } from '@tocsin/runtime/http/client.ts';
import { limits } from '../limits.ts';
import { parseRetryAfter } from './backoff.ts';
import type { Outcome } from './outcome.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  /** Which answers mean "try again later"; the protocols differ. */
  readonly isRetryable: (status: number) => boolean;
}

/** Either the receiver's good answer, or what came of the attempt instead, with the status if there was one. */
export type Posted =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer }
  | (Exclude<Outcome, { kind: 'delivered' }> & { readonly status: number | null });

/** Never rejects. */
export async function post(client: HttpClient, clock: Clock, request: PostRequest): Promise<Posted> {
  let answer: HttpAnswer;
  try {
    answer = await client.send({
      method: 'POST',
      url: request.url,
      headers: request.headers,
      body: request.body,
      signal: request.signal,
      timeoutMs: limits.sendTimeoutMs,
      maxAnswerBytes: limits.answerBytesMax * 16,
    });
  } catch (error) {
    const detail = error instanceof HttpFailure ? error.message : `Cannot send to ${request.url}: ${error}`;
    return { kind: 'retry', detail, retryAfterMs: null, status: null };
  }
  if (answer.status >= 200 && answer.status < 300) return { kind: 'answered', answer };
  const text = answer.text().slice(0, limits.answerBytesMax).trim();
  const detail = `${request.url} answered ${answer.status}: ${text}`;
  if (!request.isRetryable(answer.status)) return { kind: 'refused', detail, status: answer.status };
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], clock.now());
  return { kind: 'retry', detail, retryAfterMs, status: answer.status };
}
