export type SeverityLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

const BY_NUMBER: readonly SeverityLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

const BY_TEXT: ReadonlyMap<string, SeverityLevel> = new Map([
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['information', 'info'],
  ['informational', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['err', 'error'],
  ['error', 'error'],
  ['fatal', 'fatal'],
  ['critical', 'fatal'],
  ['crit', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
  ['emergency', 'fatal'],
  ['panic', 'fatal'],
]);

/** The level a record's severity means: by number where one is given, else by its usual names. */
export function severityLevel(severityNumber: number, severityText: string): SeverityLevel {
  if (severityNumber >= 1 && severityNumber <= 24) return BY_NUMBER[Math.floor((severityNumber - 1) / 4)]!;
  // "INFO2" is a finer grade of INFO (logs data model, "Displaying Severity").
  return (
    BY_TEXT.get(
      severityText
        .trim()
        .toLowerCase()
        .replace(/[1-4]$/, ''),
    ) ?? 'unknown'
  );
}

/** The first number of the level's range. */
export function severityNumberOf(level: SeverityLevel): number {
  return level === 'unknown' ? 0 : BY_NUMBER.indexOf(level) * 4 + 1;
}
