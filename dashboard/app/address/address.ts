import { formatSpan, parseSpan, rangeSecondsMax, rangeSecondsMin, type TimeRange } from '../time/range.ts';

/** Everything the page shows that a shared link must reproduce. */
export interface PageState {
  readonly range: TimeRange;
  /** Seconds between refreshes; 0 is off. */
  readonly refreshSeconds: number;
  /** The fingerprint of the alert a message linked to; empty for none. */
  readonly alert: string;
  /** The reader's own PromQL expression; empty for none. */
  readonly query: string;
  readonly layout: 'grid' | 'stack';
  readonly logs: LogFilter;
}

export interface LogFilter {
  readonly service: string;
  readonly level: string;
  readonly text: string;
}

// Short, so that a stack that was started a minute ago already shows something.
const initialSeconds = 900;

export const initialState: PageState = {
  range: { kind: 'last', seconds: initialSeconds },
  refreshSeconds: 15,
  alert: '',
  query: '',
  layout: 'grid',
  logs: { service: '', level: '', text: '' },
};

export const refreshChoices = [0, 5, 15, 60, 300] as const;
const textLengthMax = 4096;

/**
 * Reads the page's address. Understands links made by alerts in Prometheus' form too
 * (`/graph?g0.expr=...&g0.range_input=1h`); whatever is out of bounds falls back to the default.
 */
export function parseAddress(search: string): PageState {
  const params = new URLSearchParams(search);
  const text = (name: string): string => (params.get(name) ?? '').slice(0, textLengthMax);
  const refresh = Number(params.get('refresh') ?? initialState.refreshSeconds);
  return {
    range: parseRange(params) ?? initialState.range,
    refreshSeconds: refreshChoices.find((choice) => choice === refresh) ?? initialState.refreshSeconds,
    alert: /^[0-9a-f]{1,64}$/i.exec(text('alert'))?.[0] ?? '',
    query: text('q') || text('g0.expr'),
    layout: params.get('layout') === 'stack' ? 'stack' : 'grid',
    logs: { service: text('service'), level: text('level'), text: text('text') },
  };
}

function parseRange(params: URLSearchParams): TimeRange | undefined {
  const span = parseSpan(params.get('last') ?? params.get('g0.range_input') ?? '');
  const end = parseMoment(params.get('g0.end_input'));
  if (span !== undefined) {
    return end === undefined
      ? { kind: 'last', seconds: span }
      : { kind: 'between', fromMs: end - span * 1000, toMs: end };
  }
  const fromMs = parseMoment(params.get('from'));
  const toMs = parseMoment(params.get('to'));
  if (fromMs === undefined || toMs === undefined) return undefined;
  return isRange(fromMs, toMs) ? { kind: 'between', fromMs, toMs } : undefined;
}

/** A moment as ISO 8601 or as milliseconds since the epoch. */
function parseMoment(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const ms = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text.replace(' ', 'T'));
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

export const isRange = (fromMs: number, toMs: number): boolean =>
  toMs - fromMs >= rangeSecondsMin * 1000 && toMs - fromMs <= rangeSecondsMax * 1000;

/** The query part of the address for `state`; what equals the default is left out. */
export function formatAddress(state: PageState): string {
  const params = new URLSearchParams();
  if (state.range.kind === 'between') {
    params.set('from', new Date(state.range.fromMs).toISOString());
    params.set('to', new Date(state.range.toMs).toISOString());
  } else if (state.range.seconds !== initialSeconds) {
    params.set('last', formatSpan(state.range.seconds));
  }
  if (state.refreshSeconds !== initialState.refreshSeconds)
    params.set('refresh', String(state.refreshSeconds));
  if (state.alert !== '') params.set('alert', state.alert);
  if (state.query !== '') params.set('q', state.query);
  if (state.layout !== initialState.layout) params.set('layout', state.layout);
  for (const name of ['service', 'level', 'text'] as const) {
    if (state.logs[name] !== '') params.set(name, state.logs[name]);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const ownParameters =
  'from to last refresh alert q layout service level text g0.expr g0.tab g0.range_input g0.end_input'.split(
    ' ',
  );

/** The address with `part` of the state changed; parameters that belong to one page alone stay. */
export function mergeAddress(search: string, part: Partial<PageState>): string {
  const params = new URLSearchParams(formatAddress({ ...parseAddress(search), ...part }));
  for (const [name, value] of new URLSearchParams(search)) {
    if (!ownParameters.includes(name)) params.append(name, value);
  }
  return params.toString();
}

/** What goes along from page to page: the time shown and how often it is refreshed. */
export const timeAddress = ({ range, refreshSeconds }: PageState): string =>
  formatAddress({ ...initialState, range, refreshSeconds });

/** The address of Explore with a question. */
export function exploreAddress(state: PageState, expr: string): string {
  const params = new URLSearchParams(timeAddress(state));
  if (expr !== '') params.set('expr', expr);
  return params.toString();
}
