/** A line for `drawChart`: times ascending in ms, NaN where there is no value. */
export interface ChartLine {
  readonly timestampsMs: readonly number[];
  readonly values: readonly number[];
}

export interface ChartArea {
  /** Characters for the plot, without the axis. */
  readonly columns: number;
  readonly rows: number;
  readonly startMs: number;
  readonly endMs: number;
}

// Braille characters hold 2 x 4 dots; the bit of the dot at [column][row] (Unicode 15, 21.1).
const DOT_BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BRAILLE = 0x28_00;

/** Lines as dots in a terminal, with the values at the left edge and the times below. */
export function drawChart(lines: readonly ChartLine[], area: ChartArea): string {
  const [low, high] = range(lines);
  if (low === null || high === null) return 'no values\n';
  const width = area.columns * 2;
  const height = area.rows * 4;
  const cells = new Uint8Array(area.columns * area.rows);
  const spanMs = Math.max(1, area.endMs - area.startMs);
  // Half of it, since between the largest and the smallest float lies more than a float can say.
  const halfSpread = high / 2 - low / 2 || 0.5;
  for (const { timestampsMs, values } of lines) {
    let previous: { x: number; y: number } | null = null;
    for (const [i, value] of values.entries()) {
      if (!Number.isFinite(value)) {
        previous = null;
        continue;
      }
      const x = Math.round(((timestampsMs[i]! - area.startMs) / spanMs) * (width - 1));
      const y = Math.round(((high / 2 - value / 2) / halfSpread) * (height - 1));
      const steps = previous ? Math.max(1, Math.abs(x - previous.x), Math.abs(y - previous.y)) : 1;
      for (let step = 1; step <= steps; step++) {
        const from: { x: number; y: number } = previous ?? { x, y };
        const dotX = Math.round(from.x + ((x - from.x) * step) / steps);
        const dotY = Math.round(from.y + ((y - from.y) * step) / steps);
        if (dotX < 0 || dotX >= width) continue;
        cells[(dotY >> 2) * area.columns + (dotX >> 1)]! |= DOT_BITS[dotX & 1]![dotY & 3]!;
      }
      previous = { x, y };
    }
  }
  const labels = Array.from({ length: area.rows }, (_, row) => {
    const down = ((row + 0.5) / area.rows) * halfSpread;
    return formatValue(high - down - down);
  });
  labels[0] = formatValue(high);
  labels[area.rows - 1] = formatValue(low);
  const labelWidth = Math.max(...labels.map((label) => label.length));
  let text = '';
  for (let row = 0; row < area.rows; row++) {
    const rowCells = cells.subarray(row * area.columns, (row + 1) * area.columns);
    const dots = Array.from(rowCells, (bits) => String.fromCodePoint(BRAILLE + bits)).join('');
    text += `${labels[row]!.padStart(labelWidth)} ┤${dots}\n`;
  }
  const from = clockTime(area.startMs);
  const to = clockTime(area.endMs);
  return `${text}${' '.repeat(labelWidth + 2)}${from}${to.padStart(Math.max(to.length + 1, area.columns - from.length))}\n`;
}

/** A number in at most about eight characters. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) return value.toExponential(2);
  return String(Number(value.toPrecision(5)));
}

function range(lines: readonly ChartLine[]): [number | null, number | null] {
  let low: number | null = null;
  let high: number | null = null;
  for (const { values } of lines) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = low === null ? value : Math.min(low, value);
      high = high === null ? value : Math.max(high, value);
    }
  }
  return [low, high];
}

function clockTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('T', ' ').slice(0, 16);
}
