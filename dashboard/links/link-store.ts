import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { StoreError } from '../store/store-error.ts';

/** Short names for addresses of the page. */
export interface LinkStore {
  /** The name of an address; the same address has the same one. @throws StoreError */
  shorten(address: string): Promise<string>;
  /** Null when there is no such name. */
  resolve(id: string): Promise<string | null>;
}

const addressLengthMax = 8192;
const linksMax = 100_000;
const idPattern = /^[A-Za-z0-9_-]{10}$/;

/** One small file a link, named by what it holds: nothing is ever written twice, and nothing has to be rewritten. */
export function createLinkStore(
  disk: Pick<Disk, 'readFile' | 'writeFileAtomic' | 'makeFolder' | 'size' | 'list'>,
  folder: string | null,
): LinkStore {
  const fileOf = (id: string) => join(folder ?? '', id);
  return {
    async shorten(address) {
      if (folder === null) throw new StoreError(409, 'there is no data folder to keep short links in');
      if (!isOwnAddress(address))
        throw new StoreError(
          400,
          `expected an address of this page, such as /explore?expr=up, of at most ${addressLengthMax} characters`,
        );
      const id = createHash('sha256').update(address).digest('base64url').slice(0, 10);
      if ((await disk.size(fileOf(id))) !== null) return id;
      await disk.makeFolder(folder);
      if ((await disk.list(folder)).length >= linksMax)
        throw new StoreError(409, `there are ${linksMax} short links already; use the long one`);
      await disk.writeFileAtomic(fileOf(id), new TextEncoder().encode(address));
      return id;
    },
    async resolve(id) {
      if (folder === null || !idPattern.test(id) || (await disk.size(fileOf(id))) === null) return null;
      const address = new TextDecoder().decode(await disk.readFile(fileOf(id)));
      return isOwnAddress(address) ? address : null;
    },
  };
}

/** A path of this page: never a way to another host, whatever a browser makes of slashes and backslashes. */
export function isOwnAddress(address: string): boolean {
  if (address.length > addressLengthMax || !/^\/(?![/\\])[\x21-\x7e]*$/.test(address)) return false;
  const base = 'http://page.invalid';
  return URL.canParse(address, base) && new URL(address, base).origin === base;
}
