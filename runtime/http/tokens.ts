import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A token that may only send, and whose it is. */
export interface SenderToken {
  readonly name: string;
  readonly token: string;
}

/** Who holds the token a request carries. */
export type TokenHolder =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  /** The token of the configuration, which may do everything. */
  | { readonly kind: 'shared' }
  | { readonly kind: 'sender'; readonly name: string };

/** Tells requests apart by their tokens. */
export interface Tokens {
  /** Whether nothing is answered without one. */
  readonly isRequired: boolean;
  holderOf(request: IncomingMessage): TokenHolder;
  /** From now on these may send. */
  setSenders(senders: readonly SenderToken[]): void;
}

const NONE: TokenHolder = { kind: 'none' };
const UNKNOWN: TokenHolder = { kind: 'unknown' };
const SHARED: TokenHolder = { kind: 'shared' };

/** `shared` null: requests need no token. */
export function createTokens(shared: string | null, senders: readonly SenderToken[] = []): Tokens {
  const holders = new Map<string, TokenHolder>();
  const setSenders = (fresh: readonly SenderToken[]): void => {
    holders.clear();
    for (const { name, token } of fresh) holders.set(digest(token), { kind: 'sender', name });
    if (shared !== null) holders.set(digest(shared), SHARED);
  };
  setSenders(senders);
  return {
    isRequired: shared !== null,
    holderOf(request) {
      const token = tokenOf(request);
      if (token === '' || holders.size === 0) return NONE;
      return holders.get(digest(token)) ?? UNKNOWN;
    },
    setSenders,
  };
}

/** The bearer token, or the password of basic authentication; empty when the request carries neither. */
function tokenOf(request: IncomingMessage): string {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'bearer') return credentials;
  if (scheme?.toLowerCase() !== 'basic') return '';
  const decoded = Buffer.from(credentials, 'base64').toString();
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** What is looked up in place of the token: how long that takes tells nothing about the token itself. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
