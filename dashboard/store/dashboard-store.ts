import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { checkDashboard } from '../files/check-dashboard.ts';
import { DASHBOARD_LENGTH_MAX, loadDashboard } from '../files/load-dashboard.ts';
import { StoreError } from './store-error.ts';

/** Where dashboards are kept. */
export interface DashboardPlace {
  /** The files there are, as absolute paths. */
  files(): Promise<readonly string[]>;
  /** Where new ones go, and how their names end; null when the configuration names no folder. */
  readonly home: { readonly folder: string; readonly extension: string } | null;
}

export interface DashboardEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Why it cannot be shown; null when it can. */
  readonly problem: string | null;
}

export interface StoredDashboard {
  readonly name: string;
  readonly text: string;
  /** Changes with the text: whoever writes says which one he began from. */
  readonly revision: string;
}

export interface DashboardStore {
  list(): Promise<readonly DashboardEntry[]>;
  /** @throws StoreError */
  read(name: string): Promise<StoredDashboard>;
  /** `revision` is that of the text the change began from, null for a new file. @throws StoreError */
  write(name: string, text: string, revision: string | null): Promise<StoredDashboard>;
  /** @throws StoreError */
  remove(name: string, revision: string): Promise<void>;
}

const dashboardsMax = 1000;
const namePattern = /^[a-zA-Z0-9][\w-]{0,99}$/;

/** Dashboards as files that people and the page both write; whoever began from an older text is told so, and nothing is lost. */
export function createDashboardStore(
  disk: Pick<Disk, 'readFile' | 'writeFileAtomic' | 'unlink' | 'makeFolder' | 'size'>,
  place: DashboardPlace,
): DashboardStore {
  // One change after the other: between looking at a file and writing it nothing else may write it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(change: () => Promise<Value>): Promise<Value> => {
    const next = last.then(change, change);
    last = next.catch(() => undefined);
    return next;
  };
  const fileOf = async (name: string): Promise<string | undefined> =>
    (await place.files()).find((file) => nameOf(file) === name);

  async function readFile(name: string, file: string): Promise<StoredDashboard> {
    const size = await disk.size(file);
    if (size === null) throw new StoreError(404, `there is no dashboard ${name}`);
    if (size > 4 * DASHBOARD_LENGTH_MAX)
      throw new StoreError(422, `${basename(file)} is too large to be a dashboard`);
    const text = new TextDecoder().decode(await disk.readFile(file));
    return { name, text, revision: revisionOf(text) };
  }
  const expect = async (name: string, file: string | undefined, revision: string | null) => {
    const now = file === undefined ? null : (await readFile(name, file)).revision;
    if (now === revision) return;
    throw new StoreError(
      409,
      now === null
        ? `${name} is not there any more`
        : revision === null
          ? `there is a dashboard ${name} already; choose another name`
          : `${name} was changed by someone else since you opened it; load it again, and make your change there`,
    );
  };

  return {
    async list() {
      const entries: DashboardEntry[] = [];
      const seen = new Set<string>();
      for (const file of (await place.files()).slice(0, dashboardsMax)) {
        const name = nameOf(file);
        if (seen.has(name) || !namePattern.test(name)) continue;
        seen.add(name);
        entries.push(await entryOf(name, file));
      }
      return entries;
    },
    async read(name) {
      const file = await fileOf(name);
      if (file === undefined) throw new StoreError(404, `there is no dashboard ${name}`);
      return readFile(name, file);
    },
    write: (name, text, revision) =>
      inTurn(async () => {
        if (!namePattern.test(name))
          throw new StoreError(400, 'a name consists of letters, digits, _ and -, 100 at most');
        const known = await fileOf(name);
        await expect(name, known, revision);
        complainOf(name, text);
        if (known === undefined && place.home === null)
          throw new StoreError(
            409,
            'dashboards: in tocsin.yaml names no folder for new files, such as dashboards/*.yml',
          );
        const file = known ?? join(place.home?.folder ?? '', `${name}${place.home?.extension ?? ''}`);
        if (known === undefined && place.home !== null) await disk.makeFolder(place.home.folder);
        await disk.writeFileAtomic(file, new TextEncoder().encode(text));
        return { name, text, revision: revisionOf(text) };
      }),
    remove: (name, revision) =>
      inTurn(async () => {
        const file = await fileOf(name);
        if (file === undefined) throw new StoreError(404, `there is no dashboard ${name}`);
        await expect(name, file, revision);
        await disk.unlink(file);
      }),
  };

  async function entryOf(name: string, file: string): Promise<DashboardEntry> {
    const nothing = { name, title: name, description: '', tags: [] };
    try {
      const { text } = await readFile(name, file);
      const loaded = loadDashboard(basename(file), text);
      const [fault] = checkDashboard(loaded);
      const { title, description, tags } = loaded.dashboard;
      return {
        name,
        title,
        description,
        tags,
        problem: fault === undefined ? null : `${basename(file)}:${fault.line}: ${fault.detail}`,
      };
    } catch (error) {
      return { ...nothing, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** A file that could not be shown is not written. Unknown variables and the like are: they are seen on the page. */
function complainOf(name: string, text: string): void {
  try {
    loadDashboard(`${name}.yml`, text);
  } catch (error) {
    if (error instanceof ConfigError) throw new StoreError(422, error.message);
    throw error;
  }
}

const nameOf = (file: string): string => basename(file).replace(/\.ya?ml$/, '');

const revisionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
