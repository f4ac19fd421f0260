import { plainNumber, type Unit, unitOf } from '@tocsin/chart/units/unit.ts';

/** `seconds`, `bytes/s`, `EUR/min`, `percent`, `none`; null when it is no unit. */
export function parseUnit(text: string): Unit | null {
  const [base = '', per, ...rest] = text.trim().split('/');
  if (rest.length > 0 || (per !== undefined && per !== 's' && per !== 'min')) return null;
  const known = base === '' || base === 'none' || base === 'short' ? plainNumber : unitOf('', base);
  if (known === plainNumber && !['', 'none', 'short'].includes(base)) return null;
  return per === undefined ? known : { ...known, per };
}

const names: Readonly<Record<string, string>> = {
  'number 1': 'none',
  'seconds 1': 'seconds',
  'seconds 0.001': 'milliseconds',
  'seconds 0.000001': 'microseconds',
  'seconds 1e-9': 'nanoseconds',
  'seconds 60': 'minutes',
  'seconds 3600': 'hours',
  'seconds 86400': 'days',
  'bytes 1': 'bytes',
  'bytes 1024': 'kibibytes',
  'bytes 1048576': 'mebibytes',
  'bits 1': 'bits',
  'ratio 1': 'ratio',
  'ratio 0.01': 'percent',
  'celsius 1': 'celsius',
  'hertz 1': 'hertz',
  'currency 0.01': 'eurocents',
};

/** A unit as files and addresses write it; `none` for one that has no word. */
export function formatUnit(unit: Unit): string {
  const scale = Number((unit.scale ?? 1).toPrecision(9));
  const base =
    unit.kind === 'currency' && scale === 1
      ? (unit.code ?? 'none')
      : (names[`${unit.kind} ${scale}`] ?? 'none');
  return unit.per === undefined ? base : `${base}/${unit.per}`;
}
