/** One alert as the page shows it, whichever of the two APIs knew it. */
export interface PageAlert {
  readonly key: string;
  /** Alertmanager's identity of the labels; empty while only the rules know the alert. */
  readonly fingerprint: string;
  readonly name: string;
  readonly state: 'firing' | 'pending';
  /** Silenced or inhibited: firing, and nobody is told. */
  readonly muted: 'silenced' | 'inhibited' | undefined;
  readonly severity: string;
  readonly summary: string;
  readonly description: string;
  /** Since when, in ms since the epoch; NaN when not said. */
  readonly sinceMs: number;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly runbookUrl: string | undefined;
  /** The address of the alert's graph, when it is one. */
  readonly graphUrl: string | undefined;
}

/** What the two APIs say of an alert; either may be missing. */
export interface AlertReport {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'firing' | 'pending';
  readonly muted?: 'silenced' | 'inhibited' | undefined;
  readonly sinceMs: number;
  readonly value: number;
  readonly generatorUrl: string;
  readonly fingerprint?: string;
}

const ranks = [
  'critical',
  'page',
  'error',
  'high',
  'major',
  'warning',
  'warn',
  'medium',
  'minor',
  'low',
  'info',
  'none',
];

/** Smaller is worse; severities nobody has heard of stand between warnings and information. */
export function severityRank(severity: string): number {
  const index = ranks.indexOf(severity.toLowerCase());
  return index < 0 ? ranks.indexOf('minor') : index;
}

/** Three grades of severity, for colours: 2 wakes people, 1 is for the day, 0 is to know. */
export function severityGrade(severity: string): 0 | 1 | 2 {
  const rank = severityRank(severity);
  return rank <= ranks.indexOf('major') ? 2 : rank <= ranks.indexOf('minor') ? 1 : 0;
}

/** Only web addresses become links: an annotation could hold `javascript:`. */
export function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined;
}

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort());

/**
 * Joins what the rules say (state, value, since) with what the notifier says (silenced, inhibited), worst and
 * oldest first.
 */
export function mergeAlerts(
  fromRules: readonly AlertReport[],
  fromNotifier: readonly AlertReport[],
): readonly PageAlert[] {
  const merged = new Map<string, AlertReport>();
  for (const report of [...fromRules, ...fromNotifier]) {
    const key = keyOf(report.labels);
    const known = merged.get(key);
    const both = known && {
      ...known,
      muted: known.muted ?? report.muted,
      generatorUrl: known.generatorUrl || report.generatorUrl,
      fingerprint: known.fingerprint ?? report.fingerprint ?? '',
    };
    merged.set(key, both ?? report);
  }
  return [...merged].map(([key, report]) => pageAlert(key, report)).sort(byUrgency);
}

function pageAlert(key: string, { labels, annotations, ...report }: AlertReport): PageAlert {
  return {
    key,
    fingerprint: report.fingerprint ?? '',
    name: labels['alertname'] ?? 'Unnamed alert',
    state: report.state,
    muted: report.muted,
    severity: labels['severity'] ?? 'none',
    summary: annotations['summary'] ?? annotations['message'] ?? annotations['description'] ?? '',
    description: annotations['description'] ?? '',
    sinceMs: report.sinceMs,
    value: report.value,
    labels,
    runbookUrl: safeUrl(annotations['runbook_url'] ?? annotations['runbook']),
    graphUrl: safeUrl(report.generatorUrl),
  };
}

function byUrgency(a: PageAlert, b: PageAlert): number {
  const order = (alert: PageAlert) => (alert.state === 'pending' ? 2 : alert.muted ? 1 : 0);
  return (
    order(a) - order(b) ||
    severityRank(a.severity) - severityRank(b.severity) ||
    (a.sinceMs || 0) - (b.sinceMs || 0) ||
    (a.key < b.key ? -1 : 1)
  );
}
