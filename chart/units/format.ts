import type { Unit } from './unit.ts';

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const currencyFormats = new Map<string, Intl.NumberFormat>();

/** A short, human form of `value` in `unit`: three significant digits, with the prefix people expect. */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const base = value * (unit.scale ?? 1);
  const text = formatBase(base, unit);
  return unit.per === undefined ? text : `${text}/${unit.per}`;
}

function formatBase(value: number, unit: Unit): string {
  switch (unit.kind) {
    case 'seconds':
      return formatSeconds(value);
    case 'bytes':
      return formatPrefixed(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
    case 'bits':
      return formatPrefixed(value, 1000, ['b', 'kb', 'Mb', 'Gb', 'Tb', 'Pb']);
    case 'hertz':
      return formatPrefixed(value, 1000, ['Hz', 'kHz', 'MHz', 'GHz', 'THz']);
    case 'ratio':
      return `${formatNumber(value * 100)}%`;
    case 'celsius':
      return `${formatNumber(value)} °C`;
    case 'currency':
      return formatCurrency(value, unit.code ?? 'EUR');
    case 'number':
      return formatNumber(value);
  }
}

/** Three significant digits; powers of ten where writing the zeros would be longer. */
function significant(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-6 || size >= 1e15) ? value.toExponential(1) : digits.format(value);
}

/** Three significant digits, `1.2K`, `3.4M` above a thousand, powers of ten below a millionth. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  return size < 1000 || size >= 1e15 ? significant(value) : compact.format(value);
}

function formatPrefixed(value: number, step: number, names: readonly string[]): string {
  let index = 0;
  let left = value;
  while (Math.abs(left) >= step && index < names.length - 1) {
    left /= step;
    index++;
  }
  return `${significant(left)} ${names[index]}`;
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 1e-6) return `${significant(value * 1e9)} ns`;
  if (size < 1e-3) return `${significant(value * 1e6)} µs`;
  if (size < 1) return `${significant(value * 1e3)} ms`;
  if (size < 60 || size >= 1e15) return `${significant(value)} s`;
  return formatDuration(value);
}

/** Seconds as the two largest parts: `2m 5s`, `3h 20m`, `4d 2h`. */
export function formatDuration(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  let left = Math.round(Math.abs(seconds));
  const parts: string[] = [];
  for (const [name, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : sign + parts.join(' ');
}

function formatCurrency(value: number, code: string): string {
  const size = Math.abs(value);
  if (size >= 1e15) return `${code} ${value.toExponential(1)}`;
  const style = size >= 10_000 ? 'compact' : size >= 1000 || Number.isInteger(value) ? 'whole' : 'cents';
  const key = `${code} ${style}`;
  let format = currencyFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: code,
      ...(style === 'compact' ? { notation: 'compact' as const, maximumSignificantDigits: 3 } : {}),
      ...(style === 'whole' ? { maximumFractionDigits: 0 } : {}),
      ...(style === 'cents' ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : {}),
    });
    currencyFormats.set(key, format);
  }
  return format.format(value);
}
