import { formatFloat } from './float.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

const four = (value: number): string => formatFloat(value, 'g', 4);

/** Four digits and a metric prefix: 1234567 -> `1.235M`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return four(value);
  let shown = value;
  let prefix = '';
  if (Math.abs(value) >= 1) {
    for (const next of LARGE) {
      if (Math.abs(shown) < 1000) break;
      prefix = next;
      shown /= 1000;
    }
  } else {
    for (const next of SMALL) {
      if (Math.abs(shown) >= 1) break;
      prefix = next;
      shown *= 1000;
    }
  }
  return four(shown) + prefix;
}

/** Four digits and a binary prefix: 1048576 -> `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return four(value);
  let shown = value;
  let prefix = '';
  for (const next of BINARY) {
    if (Math.abs(shown) < 1024) break;
    prefix = next;
    shown /= 1024;
  }
  return four(shown) + prefix;
}

/** Seconds for a person: 3661 -> `1h 1m 1s`, 0.0012 -> `1.2ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return four(seconds);
  if (seconds === 0) return `${four(seconds)}s`;
  if (Math.abs(seconds) >= 1) {
    const sign = seconds < 0 ? '-' : '';
    const rest = Math.abs(seconds);
    const whole = Math.trunc(rest);
    const [s, m, h, d] = [
      whole % 60,
      Math.trunc(whole / 60) % 60,
      Math.trunc(whole / 3600) % 24,
      Math.trunc(whole / 86400),
    ];
    if (d !== 0) return `${sign}${d}d ${h}h ${m}m ${s}s`;
    if (h !== 0) return `${sign}${h}h ${m}m ${s}s`;
    if (m !== 0) return `${sign}${m}m ${s}s`;
    return `${sign}${four(rest)}s`;
  }
  let shown = seconds;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(shown) >= 1) break;
    prefix = next;
    shown *= 1000;
  }
  return `${four(shown)}${prefix}s`;
}

/** A ratio as percent: 0.1234 -> `12.34%`. */
export function humanizePercentage(ratio: number): string {
  return `${four(ratio * 100)}%`;
}
