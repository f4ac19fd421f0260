import type { Log } from '@tocsin/runtime/log.ts';
import { ApiError, toApiError } from './api-error.ts';
import type { EndpointAnswer } from './endpoint.ts';
import { envelopeOf, errorText } from './send-answer.ts';

/** The envelope's text of an answer, or of why there is none: one part of a larger answer never spoils the others. */
export async function settledAnswer(
  log: Log,
  work: () => Promise<EndpointAnswer>,
): Promise<Iterable<string>> {
  try {
    return envelopeOf(await work());
  } catch (error) {
    const known = toApiError(error);
    if (!known) log.error({ err: error }, 'cannot answer a part of a request');
    return [errorText(known ?? new ApiError('internal', 'the server failed; its log says why'))];
  }
}
