import { encodeWriteRequestV2 } from '@tocsin/protocol/remote-write/encode-v2.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { limits } from '../limits.ts';
import type { Round } from '../samples/round.ts';
import type { Parcel } from './parcel.ts';

/** The round as bodies of remote write 2.0, as many as its size needs. */
export function encodeWriteParcels({ series, metadata }: Round): readonly Parcel[] {
  const parcels: Parcel[] = [];
  for (let start = 0; start < series.length; start += limits.writeSeriesMax) {
    const part = series.slice(start, start + limits.writeSeriesMax);
    const items = part.reduce((sum, one) => sum + one.timestampsMs.length, 0);
    parcels.push({ kind: 'metrics', items, body: encodeSnappy(encodeWriteRequestV2(part, metadata)) });
  }
  return parcels;
}
