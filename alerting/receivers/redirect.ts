import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { isHttpUrl } from './http-url.ts';

/**
 * Where an answer sends the same message again; null for nowhere. 301, 302 and 303 are nowhere: by them a POST becomes a
 * GET that carries no message, and its 200 would say that somebody was told.
 */
export function redirectedTo(answer: HttpAnswer, url: string): string | null {
  if (answer.status !== 307 && answer.status !== 308) return null;
  const location = answer.headers['location'];
  if (location === undefined || !URL.canParse(location, url)) return null;
  const next = new URL(location, url).href;
  return isHttpUrl(next) ? next : null;
}
