interface ModuleGraph {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/**
 * Names one chunk for all that an entry imports at once: `begin` for the script that runs before the page's, `first` for the
 * page's; what both need is with the earlier one. Left to itself the bundler makes a file of each part that a later page shares,
 * and a browser that opens six connections fetches two dozen files in several rounds.
 */
export function createFirstChunk(
  isBegin: (id: string) => boolean,
): (id: string, graph: ModuleGraph) => 'begin' | 'first' | null {
  const fromBegin = createReach(isBegin);
  const fromAny = createReach(() => true);
  return (id, graph) => (fromBegin(id, graph) ? 'begin' : fromAny(id, graph) ? 'first' : null);
}

/** Whether a module is imported at once by an entry that is meant. */
function createReach(isMeant: (entry: string) => boolean): (id: string, graph: ModuleGraph) => boolean {
  const known = new Map<string, boolean>();
  return (id, graph) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // Modules that import each other are reached when something else that is reached imports one of them.
    const seen = new Set([id]);
    for (const one of seen) {
      const info = graph.getModuleInfo(one);
      if ((info?.isEntry && isMeant(one)) || known.get(one) === true) {
        known.set(id, true);
        return true;
      }
      for (const importer of info?.importers ?? []) seen.add(importer);
    }
    known.set(id, false);
    return false;
  };
}
