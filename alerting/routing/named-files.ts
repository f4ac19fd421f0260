import type { Routing } from './routing.ts';

/** The files that receivers read when they send: secrets, certificates, keys; absolute. */
export function namedFiles(routing: Routing): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string' && /(^|_)files?$|File$/.test(key)) found.add(value);
    else if (Array.isArray(value)) for (const each of value) visit(each, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) visit(each, name);
  };
  for (const { integrations } of routing.receivers.values()) visit(integrations, '');
  return [...found];
}
