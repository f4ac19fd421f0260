import { element } from '../svg/element.ts';
import { escapeText } from '../svg/escape-text.ts';
import { fitText } from '../svg/fit-text.ts';
import { formatValue } from '../units/format.ts';
import type { Unit } from '../units/unit.ts';
import { type Layout, MARGIN, ROW_HEIGHT, TEXT_SIZE } from './layout.ts';
import type { Theme } from './theme.ts';

/** What the legend says of one line. */
export interface LegendRow {
  readonly name: string;
  readonly colour: string;
  /** Of the values inside of the panel's time; null where there are none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly last: number | null;
}

const COLUMN_WIDTH = 76;
const COLUMNS = [
  ['min', 'low'],
  ['max', 'high'],
  ['last', 'last'],
] as const;

/** Names and values below the plot. */
export function drawLegend(
  rows: readonly LegendRow[],
  layout: Layout,
  unit: Unit,
  theme: Theme,
  omitted: number,
): string {
  if (layout.legendRows === 0) return '';
  const right = layout.width - MARGIN;
  // A narrow image has the last value only.
  const columns = layout.width >= 420 ? COLUMNS : COLUMNS.slice(2);
  const nameWidth = right - MARGIN - 16 - columns.length * COLUMN_WIDTH;
  const cell = (text: string, column: number, y: number, fill: string) =>
    element(
      'text',
      { x: right - (columns.length - 1 - column) * COLUMN_WIDTH, y, 'text-anchor': 'end', fill },
      escapeText(fitText(text, TEXT_SIZE, COLUMN_WIDTH)),
    );
  const heads = columns.map(([head], column) => cell(head, column, layout.legendTop, theme.muted));
  const body = rows.slice(0, layout.legendRows).flatMap((row, index) => {
    const y = layout.legendTop + (index + 1) * ROW_HEIGHT;
    return [
      element('rect', { x: MARGIN, y: y - 8, width: 10, height: 8, rx: 2, fill: row.colour }),
      element(
        'text',
        { x: MARGIN + 16, y, fill: theme.text },
        escapeText(fitText(row.name, TEXT_SIZE, nameWidth)),
      ),
      ...columns.map(([, key], column) => cell(formatValue(row[key], unit), column, y, theme.text)),
    ];
  });
  const restY = layout.legendTop + (layout.legendRows + 1) * ROW_HEIGHT;
  const rest = layout.legendRest
    ? element('text', { x: MARGIN + 16, y: restY, fill: theme.muted }, restText(rows, layout, omitted))
    : '';
  return [...heads, ...body, rest].join('');
}

function restText(rows: readonly LegendRow[], layout: Layout, omitted: number): string {
  const unnamed = rows.length - layout.legendRows;
  const drawn = unnamed > 0 ? `and ${unnamed} more` : '';
  const missing = omitted > 0 ? `${omitted} further series are not drawn` : '';
  return escapeText([drawn, missing].filter((text) => text !== '').join('; '));
}
