import type { AnyValue, Attribute } from './any-value.ts';
import type { Resource, Scope } from './resource.ts';

/** An ExportLogsServiceRequest (opentelemetry/proto/logs/v1). */
export interface LogsRequest {
  readonly resourceLogs: readonly ResourceLogs[];
}

export interface ResourceLogs {
  readonly resource: Resource;
  readonly scopeLogs: readonly ScopeLogs[];
}

export interface ScopeLogs {
  readonly scope: Scope;
  readonly records: readonly LogRecord[];
}

export interface LogRecord {
  /** When it happened, nanoseconds since the epoch; 0n when the sender does not know. */
  readonly timeNs: bigint;
  /** When it was collected; 0n when not said. */
  readonly observedTimeNs: bigint;
  /** 1..24, four to each of trace, debug, info, warn, error, fatal; 0 when not said. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: readonly Attribute[];
  /** W3C trace flags in the low byte. */
  readonly flags: number;
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, or empty. */
  readonly spanId: string;
  readonly eventName: string;
}
