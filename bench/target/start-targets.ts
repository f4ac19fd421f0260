import { startTarget, TARGETS, type Target, type TargetName } from './target.ts';

/** Starts Tocsin, and the peers that can be found; says which cannot. Throws when Tocsin does not start. */
export async function startTargets(
  folder: string,
  names: readonly TargetName[] = TARGETS,
): Promise<Target[]> {
  const targets: Target[] = [];
  for (const name of names) {
    try {
      targets.push(await startTarget(name, folder));
    } catch (error) {
      if (name === 'tocsin') throw error;
      console.log(`without ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return targets;
}

export function describeVersions(targets: readonly Target[]): Partial<Record<TargetName, string>> {
  return Object.fromEntries(targets.map(({ name, version }) => [name, version]));
}
