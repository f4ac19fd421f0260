import type { RoutingSource } from '../routing/routing-schema.ts';

/** What an entry of a receiver is loaded with besides itself. */
export interface LoadContext {
  readonly global: NonNullable<RoutingSource['global']>;
  /** Makes a path of the file absolute. */
  readonly resolve: (path: string) => string;
  /** Throws the error that names the entry's line. */
  readonly refuse: (detail: string) => never;
}
