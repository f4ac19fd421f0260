const storeName = 'tocsin.query-history';
const keptMax = 50;
const lengthMax = 4096;

/** What this browser asked before, newest first. A browser that keeps nothing has an empty history. */
export function readHistory(store: Pick<Storage, 'getItem'> | undefined = storage()): readonly string[] {
  try {
    const value: unknown = JSON.parse(store?.getItem(storeName) ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, keptMax) : [];
  } catch {
    return [];
  }
}

/** Puts `expr` first and returns the new history. */
export function remember(
  expr: string,
  store: Pick<Storage, 'getItem' | 'setItem'> | undefined = storage(),
): readonly string[] {
  const before = readHistory(store);
  if (expr.trim() === '' || expr.length > lengthMax) return before;
  const next = [expr, ...before.filter((one) => one !== expr)].slice(0, keptMax);
  try {
    store?.setItem(storeName, JSON.stringify(next));
  } catch {
    // Full or forbidden: the history lasts as long as the tab.
  }
  return next;
}

function storage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
