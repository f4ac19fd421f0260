import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { Layers } from '../retention/layers.ts';
import type { RetentionPolicies } from '../retention/retention-policies.ts';

export interface OwnerDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
  readonly log: Log;
}

export interface OwnerConfig {
  /** Holds nothing but this owner's files. */
  readonly folder: string;
  readonly limits: AggregatorLimits;
  readonly retention: RetentionPolicies;
  /** Sets labels on new series. */
  readonly layers?: Layers;
  /** Size at which a journal segment is followed by the next. */
  readonly segmentBytesMax?: number;
}
