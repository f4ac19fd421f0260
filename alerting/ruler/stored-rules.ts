import { join } from 'node:path';
import {
  groupText,
  loadGroupText,
  namespacesText,
  withGroup,
  withoutGroup,
} from '@tocsin/rules/rule-file/edit-rule-file.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import type { RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { readText } from '../files/read-text.ts';
import { ALERTING_LIMITS } from '../limits.ts';

/** Rules that were written through the API: a folder of rule files in Prometheus' format, one a namespace. */
export interface StoredRules {
  /** Every group, its file named after its namespace. @throws ConfigError naming the file and line */
  load(): Promise<readonly RuleGroup[]>;
  /** All namespaces, or the one, as YAML; null when there is nothing. */
  list(namespace?: string): Promise<string | null>;
  /** One group as YAML; null when there is none. */
  group(namespace: string, name: string): Promise<string | null>;
  /** Adds or replaces the group and calls `apply`; when that throws, everything is as before. @throws ConfigError */
  put(namespace: string, text: string, apply: () => Promise<void>): Promise<void>;
  /** False when there is no such group, or no such namespace when `name` is null. */
  remove(namespace: string, name: string | null, apply: () => Promise<void>): Promise<boolean>;
}

/** What asks for more than there may be. */
export class StoredRulesLimit extends Error {
  override readonly name = 'StoredRulesLimit';
}

const SUFFIX = '.yml';
// File systems take 255 bytes.
const NAME_BYTES_MAX = 200;

export function createStoredRules(disk: Disk, folder: string): StoredRules {
  // One change after the other: each reads, edits and writes a file.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const fileOf = (namespace: string) => join(folder, `${encodeURIComponent(namespace)}${SUFFIX}`);
  const fits = (namespace: string) => encodeURIComponent(namespace).length <= NAME_BYTES_MAX;
  const read = async (namespace: string) =>
    !fits(namespace) || (await disk.size(fileOf(namespace))) === null
      ? null
      : await readText(disk, fileOf(namespace));

  const namespaces = async (): Promise<readonly string[]> =>
    (await disk.list(folder)).flatMap(({ name, kind }) =>
      kind === 'file' && name.endsWith(SUFFIX) ? (decoded(name.slice(0, -SUFFIX.length)) ?? []) : [],
    );

  /** Writes, or removes for null, and takes it back when it cannot be put into force. */
  const change = async (
    namespace: string,
    before: string | null,
    after: string | null,
    apply: () => Promise<void>,
  ) => {
    await write(namespace, after);
    try {
      await apply();
    } catch (error) {
      await write(namespace, before);
      throw error;
    }
  };
  const write = async (namespace: string, text: string | null) => {
    const file = fileOf(namespace);
    if (text === null) {
      await disk.unlink(file);
      await disk.syncDirectory(folder);
      return;
    }
    await disk.makeFolder(folder);
    await disk.writeFileAtomic(file, Buffer.from(text));
  };

  return {
    async load() {
      const groups: RuleGroup[] = [];
      for (const namespace of await namespaces()) {
        const text = await read(namespace);
        if (text === null) continue;
        for (const group of loadRuleFile(fileOf(namespace), text)) groups.push({ ...group, file: namespace });
      }
      return groups;
    },
    async list(namespace) {
      const files = new Map<string, string>();
      for (const name of namespace === undefined ? await namespaces() : [namespace]) {
        const text = await read(name);
        if (text !== null) files.set(name, text);
      }
      return files.size === 0 ? null : namespacesText(files);
    },
    async group(namespace, name) {
      const text = await read(namespace);
      return text === null ? null : groupText(text, name);
    },
    put: (namespace, text, apply) =>
      inTurn(async () => {
        if (!fits(namespace))
          throw new StoredRulesLimit(`the namespace's name is longer than ${NAME_BYTES_MAX} bytes`);
        loadGroupText(namespace, text);
        const before = await read(namespace);
        const after = withGroup(before ?? '', text);
        // The group was good alone; what makes two of them bad is caught here.
        loadRuleFile(namespace, after);
        await checkRoom(before, after);
        await change(namespace, before, after, apply);
      }),
    remove: (namespace, name, apply) =>
      inTurn(async () => {
        const before = await read(namespace);
        if (before === null) return false;
        const left = name === null ? null : withoutGroup(before, name);
        if (name !== null && left === null) return false;
        const isEmpty = left === null || loadRuleFile(namespace, left).length === 0;
        await change(namespace, before, isEmpty ? null : left, apply);
        return true;
      }),
  };

  async function checkRoom(before: string | null, after: string): Promise<void> {
    if (Buffer.byteLength(after) > ALERTING_LIMITS.fileBytes)
      throw new StoredRulesLimit(`the namespace would be larger than ${ALERTING_LIMITS.fileBytes} bytes`);
    if (before === null && (await namespaces()).length >= ALERTING_LIMITS.ruleNamespaces)
      throw new StoredRulesLimit(`there are already ${ALERTING_LIMITS.ruleNamespaces} namespaces`);
  }
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    // Not a name this wrote: somebody else's file.
    if (error instanceof URIError) return null;
    throw error;
  }
}
