import { plainNumber, type Unit, unitOf } from '@tocsin/chart/units/unit.ts';

/** `seconds`, `bytes/s`, `EUR/min`, `percent`, `none`; null when it is no unit. */
export function parseUnit(text: string): Unit | null {
  const [base = '', per, ...rest] = text.trim().split('/');
  if (rest.length > 0 || (per !== undefined && per !== 's' && per !== 'min')) return null;
  const known = base === '' || base === 'none' || base === 'short' ? plainNumber : unitOf('', base);
  if (known === plainNumber && !['', 'none', 'short'].includes(base)) return null;
  return per === undefined ? known : { ...known, per };
}
