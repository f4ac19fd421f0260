import type { Block } from './block.ts';

/** What a node evaluates to. Range vectors appear only as arguments and are read by the functions themselves. */
export type Value =
  /** One number a step. */
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly block: Block };
