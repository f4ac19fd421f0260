import type { LoadedConfig } from './load-config.ts';

/** The rules of the configuration: packs by name, everything else as absolute paths or globs. */
export function ruleFiles(config: LoadedConfig): readonly string[] {
  return config.values.rules.map((name) => (name.startsWith('pack:') ? name : config.resolve(name)));
}
