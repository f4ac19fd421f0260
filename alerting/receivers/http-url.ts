import { text } from '../routing/text-schema.ts';

/** A URL that is requested. */
export const httpUrl = text.refine(isHttpUrl, { message: 'must begin with http:// or https:// and a host' });

export function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
