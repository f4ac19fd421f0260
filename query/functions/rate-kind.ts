/** How `rate`, `increase` and `delta` differ. */
export interface RateKind {
  readonly counter: boolean;
  readonly perSecond: boolean;
}
