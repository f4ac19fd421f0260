import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Refusals } from '@tocsin/protocol/otlp/refusals.ts';
import type { LogLimits } from './limits.ts';
import type { LogEntry, LogStream } from './log-entry.ts';

export interface StreamRules {
  readonly limits: LogLimits;
  readonly oldestNs: bigint;
  readonly newestNs: bigint;
  /** False when the labels would be one stream too many. */
  admits(labels: Labels): boolean;
}

/** The lines that may be kept; the others are counted in `refusals` by reason. */
export function checkStreams(
  streams: readonly LogStream[],
  rules: StreamRules,
  refusals: Refusals,
): LogStream[] {
  const kept: LogStream[] = [];
  for (const { labels, entries } of streams) {
    const fault = labelFault(labels, rules);
    if (fault !== undefined) {
      refusals.add(fault, entries.length);
      continue;
    }
    const good = entries.filter((entry) => {
      const reason = entryFault(entry, rules);
      if (reason !== undefined) refusals.add(reason);
      return reason === undefined;
    });
    if (good.length > 0) kept.push({ labels, entries: good });
  }
  return kept;
}

function labelFault(labels: Labels, { limits, admits }: StreamRules): string | undefined {
  if (labels.length / 2 > limits.labelsPerStreamMax)
    return `a stream has more than ${limits.labelsPerStreamMax} labels; the rest belongs in structured metadata`;
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
      return `${JSON.stringify(name.slice(0, 40))} is no label name (letters, digits and _)`;
    if (name.length > limits.labelNameLengthMax)
      return `a label name is longer than ${limits.labelNameLengthMax} characters`;
    if (labels[i + 1]!.length > limits.labelValueLengthMax)
      return `the value of label ${name.slice(0, 40)} is longer than ${limits.labelValueLengthMax} characters`;
  }
  if (admits(labels)) return undefined;
  return `more than ${limits.streamsMax} label sets; labels are for few values, the rest belongs in structured metadata`;
}

function entryFault(entry: LogEntry, { limits, oldestNs, newestNs }: StreamRules): string | undefined {
  const { timestampNs, line, structuredMetadata } = entry;
  if (timestampNs > newestNs) return `the line is more than ${limits.futureMsMax / 1000} s in the future`;
  if (timestampNs < oldestNs) return 'the line is older than lines are kept';
  if (line.length > limits.lineLengthMax) return `the line is longer than ${limits.lineLengthMax} characters`;
  if (structuredMetadata.length / 2 > limits.metadataPairsMax)
    return `the line has more than ${limits.metadataPairsMax} pairs of structured metadata`;
  const length = structuredMetadata.reduce((sum, text) => sum + text.length, 0);
  if (length > limits.metadataLengthMax)
    return `the line's structured metadata is longer than ${limits.metadataLengthMax} characters`;
  return undefined;
}
