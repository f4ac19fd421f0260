import { labelEnd } from '../series/label-end.ts';

/**
 * Which logical shard a series belongs to. Where data lies depends on it, so it never changes: see docs/formats/layout.md.
 * A label's hash is FNV-1a over the UTF-8 of its name, a byte 255, and its value, finished by murmur3's mixer; the series'
 * hash is the sum of its labels' hashes, mixed again. A sum, so that the order in which a sender lists labels does not
 * matter; the `layer` label counts as nothing, because a rule may add it later.
 */
export const LOGICAL_SHARDS = 16;

const NAME_ENDS = 0xff;
const IGNORED = new TextEncoder().encode('layer');

/** Of one label, the whole of canonical label bytes `bytes[start..end)`. */
export function labelHash(bytes: Uint8Array, start: number): number {
  // Past the label's own tag and length, then name and value, each behind its tag and length.
  const [nameStart, nameEnd] = contentOf(bytes, contentOf(bytes, start)[0]);
  const [valueStart, valueEnd] = contentOf(bytes, nameEnd);
  if (isIgnored(bytes, nameStart, nameEnd)) return 0;
  let hash = 0x811c9dc5;
  for (let i = nameStart; i < nameEnd; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ NAME_ENDS, 0x01000193);
  for (let i = valueStart; i < valueEnd; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return mixed(hash);
}

/** The logical shard of a series from the sum of its labels' hashes. */
export function logicalShard(sumOfHashes: number): number {
  return mixed(sumOfHashes) >>> 28;
}

/** The owner of a logical shard: each has a run of neighbours. */
export function ownerOfShard(shard: number, owners: number): number {
  return Math.floor((shard * owners) / LOGICAL_SHARDS);
}

/** The owner of whatever has these canonical label bytes. */
export function ownerOfLabels(key: Uint8Array, owners: number): number {
  let sum = 0;
  for (let at = 0; at < key.length; at = labelEnd(key, at)) sum = (sum + labelHash(key, at)) | 0;
  return ownerOfShard(logicalShard(sum), owners);
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Where the content of the length-delimited field at `at` starts and ends. */
function contentOf(bytes: Uint8Array, at: number): readonly [start: number, end: number] {
  let start = at + 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[start++]!;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [start, start + length];
  }
}

function isIgnored(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== IGNORED.length) return false;
  for (let i = 0; i < IGNORED.length; i++) if (bytes[start + i] !== IGNORED[i]) return false;
  return true;
}
