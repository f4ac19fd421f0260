const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w|y)/y;
const BYTES = /^(\d+(?:\.\d*)?|\.\d+)\s*([kmgtpe]?i?b)$/i;

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of `1h2m3.5s`, in Go's form of a duration plus days, weeks and years; undefined for anything else. */
export function parseSeconds(text: string): number | undefined {
  const negative = text.startsWith('-');
  let at = negative ? 1 : 0;
  if (text.length === at) return undefined;
  let seconds = 0;
  while (at < text.length) {
    DURATION_PART.lastIndex = at;
    const part = DURATION_PART.exec(text);
    if (part === null) return undefined;
    seconds += Number(part[1]) * SECONDS[part[2]!]!;
    at = DURATION_PART.lastIndex;
  }
  return negative ? -seconds : seconds;
}

/** Bytes of `20MB` (powers of 1000) and `20MiB` (powers of 1024); undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = BYTES.exec(text);
  if (match === null) return undefined;
  const unit = match[2]!.toLowerCase();
  const power = Math.max(0, 'kmgtpe'.indexOf(unit[0]!) + 1);
  return Number(match[1]) * (unit.includes('i') ? 1024 : 1000) ** power;
}

/** A number as LogQL reads it in a label's value; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
