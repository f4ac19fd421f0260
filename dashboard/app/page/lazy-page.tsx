import { type ComponentType, lazy, useState } from 'react';

/** A page that is fetched when it is opened. */
export interface LazyPage {
  readonly Page: ComponentType;
  /** Fetches it beforehand; it is then drawn at once, with nothing standing in its place. */
  fetch(): Promise<void>;
}

/**
 * What is fetched before it is drawn needs no place holder: React shows one for 300 ms at least, so that pages do not flicker.
 */
export function createLazyPage(load: () => Promise<{ readonly default: ComponentType }>): LazyPage {
  let fetched: ComponentType | undefined;
  const Waiting = lazy(load);
  return {
    Page() {
      // Chosen once: another component in its place would lose what the reader has done on it.
      const [Chosen] = useState(() => fetched ?? Waiting);
      return <Chosen />;
    },
    async fetch() {
      fetched = (await load()).default;
    },
  };
}
