import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isLinkLocal } from './link-local.ts';

export class LinkLocalError extends Error {
  override readonly name = 'LinkLocalError';

  constructor(host: string, address: string) {
    super(`${host} is at ${address}, a link-local or metadata address`);
  }
}

type Resolve = (
  host: string,
  options: { readonly all: true; readonly family?: number | 'IPv4' | 'IPv6' },
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const systemResolve: Resolve = (host, options, done) => lookup(host, options, done);

/**
 * Name resolution that fails when any address of a name is link-local. It is the connection's own resolution, so
 * that what was checked is what is connected to. Addresses written as such are not resolved and not seen here.
 */
export function createGuardedLookup(resolve: Resolve = systemResolve): LookupFunction {
  return (host, options, done) => {
    resolve(
      host,
      { all: true, ...(options.family ? { family: options.family } : {}) },
      (error, addresses) => {
        const blocked = addresses?.find(({ address }) => isLinkLocal(address));
        const first = addresses?.[0];
        if (error || !first) done(error ?? new Error(`${host} has no address`), '', 0);
        else if (blocked) done(new LinkLocalError(host, blocked.address), '', 0);
        else if (options.all) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
    );
  };
}
