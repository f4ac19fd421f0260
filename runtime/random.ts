import { randomBytes, randomUUID } from 'node:crypto';

/** Chance as a value, so that a simulation can be repeated from its seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  /** A UUID of version 4. */
  uuid(): string;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  below: (limit) => Math.floor(Math.random() * limit),
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => randomUUID(),
};
