/**
 * What a number on the page means. `scale` brings the stored value to the base the formatter knows
 * (seconds, bytes, a ratio of one, whole currency units); `per` says that the value is a rate.
 */
export interface Unit {
  readonly kind: 'number' | 'seconds' | 'bytes' | 'bits' | 'ratio' | 'celsius' | 'hertz' | 'currency';
  readonly scale?: number;
  /** ISO 4217, for `currency`. */
  readonly code?: string;
  readonly per?: 's' | 'min';
}

export const plainNumber: Unit = { kind: 'number' };

// The words that end a metric's name (Prometheus' base units and the ones people use instead)
// and the UCUM codes that OpenTelemetry sends as the unit.
const units: Readonly<Record<string, Unit>> = {
  seconds: { kind: 'seconds' },
  s: { kind: 'seconds' },
  milliseconds: { kind: 'seconds', scale: 1e-3 },
  ms: { kind: 'seconds', scale: 1e-3 },
  microseconds: { kind: 'seconds', scale: 1e-6 },
  us: { kind: 'seconds', scale: 1e-6 },
  nanoseconds: { kind: 'seconds', scale: 1e-9 },
  ns: { kind: 'seconds', scale: 1e-9 },
  minutes: { kind: 'seconds', scale: 60 },
  hours: { kind: 'seconds', scale: 3600 },
  days: { kind: 'seconds', scale: 86_400 },
  bytes: { kind: 'bytes' },
  by: { kind: 'bytes' },
  kibibytes: { kind: 'bytes', scale: 1024 },
  mebibytes: { kind: 'bytes', scale: 1024 ** 2 },
  bits: { kind: 'bits' },
  ratio: { kind: 'ratio' },
  percent: { kind: 'ratio', scale: 0.01 },
  '%': { kind: 'ratio', scale: 0.01 },
  celsius: { kind: 'celsius' },
  cel: { kind: 'celsius' },
  hertz: { kind: 'hertz' },
  hz: { kind: 'hertz' },
};

const currencies: Readonly<Record<string, Unit>> = {
  eur: currency('EUR'),
  euro: currency('EUR'),
  euros: currency('EUR'),
  eurocents: currency('EUR', 0.01),
  usd: currency('USD'),
  dollar: currency('USD'),
  dollars: currency('USD'),
  gbp: currency('GBP'),
  chf: currency('CHF'),
  jpy: currency('JPY'),
  yen: currency('JPY'),
  cny: currency('CNY'),
  inr: currency('INR'),
  cad: currency('CAD'),
  aud: currency('AUD'),
  sek: currency('SEK'),
  nok: currency('NOK'),
  dkk: currency('DKK'),
  pln: currency('PLN'),
  brl: currency('BRL'),
};

function currency(code: string, scale?: number): Unit {
  return scale === undefined ? { kind: 'currency', code } : { kind: 'currency', code, scale };
}

const lookUp = (word: string): Unit | undefined =>
  Object.hasOwn(units, word) ? units[word] : Object.hasOwn(currencies, word) ? currencies[word] : undefined;

/**
 * Finds the unit of a metric from what its metadata says and, failing that, from its name:
 * `http_request_duration_seconds_bucket` is in seconds, `shop_revenue_eur_total` in euros.
 */
export function unitOf(metricName: string, declaredUnit = ''): Unit {
  const declared = lookUp(declaredUnit.toLowerCase().replace(/[{}]/g, ''));
  if (declared) return declared;
  const words = metricName
    .toLowerCase()
    .split(/[_.:]/)
    .filter((word) => word !== '');
  while (words.length > 1 && /^(total|bucket|sum|count|created)$/.test(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1) ?? '';
  const found = lookUp(last);
  // Single letters and two-letter codes are units only where a unit is declared: `plan_by` is no byte count.
  if (found && last.length > 2) return found;
  // `revenue_eur_per_order`, `cents_eur`: a currency code anywhere is still a currency.
  const money = words.find((word) => word.length >= 3 && Object.hasOwn(currencies, word));
  return money ? (currencies[money] ?? plainNumber) : plainNumber;
}

/** The unit of a rate of `unit`: seconds per second are a ratio (time spent busy), the rest gains a "/s" or "/min". */
export function rateUnit(unit: Unit, per: 's' | 'min'): Unit {
  if (unit.kind === 'seconds' && per === 's') return { kind: 'ratio', scale: unit.scale ?? 1 };
  return { ...unit, per };
}

/** How a unit is named in a panel's corner, such as `EUR/min`; empty for plain numbers. */
export function unitName(unit: Unit): string {
  const base = {
    number: '',
    seconds: '',
    bytes: '',
    bits: 'bits',
    ratio: '%',
    celsius: '°C',
    hertz: 'Hz',
    currency: unit.code ?? '',
  }[unit.kind];
  return unit.per === undefined ? base : `${base}/${unit.per}`;
}
