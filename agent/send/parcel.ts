/** One request body on its way out, encoded once and kept as bytes until the receiver has it. */
export interface Parcel {
  readonly kind: 'metrics' | 'logs';
  /** Samples or log records inside; what is lost when the parcel is. */
  readonly items: number;
  readonly body: Uint8Array;
}

/** Where parcels wait. The oldest stays first until `remove`, so a crash between send and answer repeats it. */
export interface ParcelQueue {
  /** Adds at the end. When the queue is full the oldest parcels go and are counted. Never rejects. */
  add(parcel: Parcel): Promise<void>;
  /** The oldest parcel, or null when nothing waits. */
  first(): Promise<Parcel | null>;
  /** Takes the parcel off when it is still the first; it may have been dropped meanwhile. */
  remove(parcel: Parcel): Promise<void>;
  /** The first parcel could not be sent: make what waits safe against a power cut, if the queue can. */
  settle(): Promise<void>;
  readonly length: number;
  readonly bytes: number;
}
