interface ModuleGraph {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/**
 * Names one chunk for all that the entry imports at once. Left to itself the bundler makes a file of each part that a
 * later page shares, and a browser that opens six connections fetches two dozen files in several rounds.
 */
export function createFirstChunk(): (id: string, graph: ModuleGraph) => string | null {
  const known = new Map<string, boolean>();
  const isFirst = (id: string, graph: ModuleGraph): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    // Modules that import each other are first when something else that is first imports one of them.
    const seen = new Set([id]);
    for (const one of seen) {
      const info = graph.getModuleInfo(one);
      if (info?.isEntry || known.get(one) === true) {
        known.set(id, true);
        return true;
      }
      for (const importer of info?.importers ?? []) seen.add(importer);
    }
    known.set(id, false);
    return false;
  };
  return (id, graph) => (isFirst(id, graph) ? 'first' : null);
}
