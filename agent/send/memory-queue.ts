import type { Parcel, ParcelQueue } from './parcel.ts';

/** A queue in memory, bounded in bytes. `onDrop` hears of every parcel that had to go. */
export function createMemoryQueue(bytesMax: number, onDrop: (parcel: Parcel) => void): ParcelQueue {
  const parcels: Parcel[] = [];
  let bytes = 0;
  const shift = (): Parcel | undefined => {
    const parcel = parcels.shift();
    if (parcel) bytes -= parcel.body.length;
    return parcel;
  };
  return {
    async add(parcel) {
      if (parcel.body.length > bytesMax) {
        onDrop(parcel);
        return;
      }
      while (bytes + parcel.body.length > bytesMax) onDrop(shift()!);
      parcels.push(parcel);
      bytes += parcel.body.length;
    },
    first: async () => parcels[0] ?? null,
    async remove(parcel) {
      if (parcels[0] === parcel) shift();
    },
    settle: async () => undefined,
    get length() {
      return parcels.length;
    },
    get bytes() {
      return bytes;
    },
  };
}
