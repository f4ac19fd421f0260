import type { QueryLimits } from '@tocsin/query/limits.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import type { QueryPartner } from '../lent/query-partner.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { RetentionRule } from '../retention/retention-policies.ts';
import type { StreamRuleConfig } from '../streaming/stream-rule.ts';

export interface OwnerDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
  readonly log: Log;
  /** Makes who works at wide queries beside an owner whose configuration wants one; absent: nobody does. */
  readonly openPartner?: () => QueryPartner;
}

/** A plain value, as it may have to go to another thread. */
export interface OwnerConfig {
  /** Holds nothing but this owner's files. */
  readonly folder: string;
  readonly limits: AggregatorLimits;
  /** Of a query; absent: the defaults. */
  readonly queryLimits?: QueryLimits;
  /** Whether somebody is to work at wide queries beside the owner; absent: nobody does. */
  readonly queryPartner?: boolean;
  readonly retention: readonly RetentionRule[];
  readonly streams: readonly StreamRuleConfig[];
  /** Size at which a journal segment is followed by the next. */
  readonly segmentBytesMax?: number;
}
