/** What came of one attempt to send a parcel. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** The receiver has it and refused a part of it for good; sending again would change nothing. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** Not now. `retryAfterMs` is what the receiver asked for, if it did. */
  | { readonly kind: 'retry'; readonly detail: string; readonly retryAfterMs: number | null };

export type Transport = (parcelBody: Uint8Array, items: number, signal: AbortSignal) => Promise<Outcome>;
