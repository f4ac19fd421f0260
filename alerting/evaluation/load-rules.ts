import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import type { RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { expandGlob } from '../files/expand-glob.ts';
import { readText } from '../files/read-text.ts';

const PACK = 'pack:';
// Beside the code, also in the published package, which keeps the folders of the repository.
const PACK_FOLDER = fileURLToPath(new URL('../../rules/packs/', import.meta.url));

/**
 * Loads what `rules:` names: shipped packs as `pack:host`, files and globs as absolute paths.
 * @throws ConfigError; a glob may match nothing, a file must be there.
 */
export async function loadRules(disk: Disk, names: readonly string[]): Promise<readonly RuleGroup[]> {
  const groups: RuleGroup[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    for (const file of name.startsWith(PACK) ? [packFile(name)] : await expandGlob(disk, name)) {
      if (seen.has(file)) continue;
      seen.add(file);
      const shown = name.startsWith(PACK) ? name : file;
      const text = await readText(disk, file).catch(async (error: unknown) => {
        if (!name.startsWith(PACK)) throw error;
        const known = (await disk.list(PACK_FOLDER)).flatMap(
          ({ name: file }) => /^([a-z0-9-]+)\.yml$/.exec(file)?.[1] ?? [],
        );
        throw new ConfigError(name, null, `there is no such pack; shipped are ${known.join(', ')}`);
      });
      groups.push(...loadRuleFile(shown, text));
    }
  }
  return groups;
}

function packFile(name: string): string {
  const pack = name.slice(PACK.length);
  if (!/^[a-z][a-z0-9-]*$/.test(pack))
    throw new ConfigError(name, null, 'a pack is named by lower-case letters: pack:host');
  return join(PACK_FOLDER, `${pack}.yml`);
}
