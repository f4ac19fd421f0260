import { colourOf } from '../colours/colours.ts';
import { coordinate, element } from '../svg/element.ts';
import { escapeText } from '../svg/escape-text.ts';
import { fitText, textWidth } from '../svg/fit-text.ts';
import { decimate, type LinePoint } from './decimate.ts';
import { drawLegend, type LegendRow } from './draw-legend.ts';
import { type Box, type Layout, layoutOf, MARGIN, TEXT_SIZE, TITLE_SIZE } from './layout.ts';
import { PANEL_LIMITS } from './limits.ts';
import { DEFAULT_PANEL_OPTIONS, type Panel, type PanelOptions, type PanelSeries } from './panel.ts';
import { THEMES, type Theme } from './theme.ts';
import { rangeText, timeTicks } from './time-ticks.ts';
import { valueAxis } from './value-axis.ts';

const FONT = "'DejaVu Sans', Verdana, sans-serif";
/** What bold letters are wider. */
const BOLD_WIDTH = 1.1;
const TICK_DISTANCE = { time: 84, value: 44 };

interface Line {
  readonly points: readonly LinePoint[];
  readonly row: LegendRow;
}

/** What turns times and values into pixels. */
interface Scales {
  x(timeMs: number): number;
  y(value: number): number;
}

/**
 * The panel as one SVG document. It never throws, whatever the values and texts are, and its size is bounded: lines keep the
 * extremes of each column of pixels, texts are cut where their place ends, and what is left out is counted in the image.
 */
export function drawPanel(panel: Panel, options: Partial<PanelOptions> = {}): string {
  const chosen = { ...DEFAULT_PANEL_OPTIONS, ...options };
  const theme = THEMES[chosen.theme] ?? THEMES.light;
  const layout = layoutOf(panel, chosen);
  const { plot } = layout;
  const lines = linesOf(panel, layout);
  const thresholds = panel.thresholds
    .slice(0, PANEL_LIMITS.thresholds)
    .filter(({ value }) => Math.abs(value) < PANEL_LIMITS.value);
  const drawn = lines.some(({ points }) => points.length > 0);
  const parts = [heads(panel, chosen, layout, theme)];
  if (!(panel.toMs > panel.fromMs) || !Number.isFinite(panel.toMs - panel.fromMs)) {
    parts.push(emptyText(panel.emptyText, plot, theme));
  } else {
    const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
    const axis = valueAxis(
      [...values, ...thresholds.map(({ value }) => value)],
      panel.unit,
      Math.max(1, Math.floor(plot.height / TICK_DISTANCE.value)),
    );
    const scales: Scales = {
      x: (timeMs) => plot.left + ((timeMs - panel.fromMs) / (panel.toMs - panel.fromMs)) * plot.width,
      y: (value) => plot.top + plot.height - ((value - axis.low) / (axis.high - axis.low)) * plot.height,
    };
    parts.push(drawBands(panel, scales, plot, theme));
    for (const { value, label } of axis.ticks) {
      const y = scales.y(value);
      parts.push(rule(plot, y, theme.grid));
      if (drawn || thresholds.length > 0)
        parts.push(axisText(label, plot.left - 8, y + 4, 'end', plot.left - MARGIN, theme));
    }
    parts.push(drawTimeAxis(panel, chosen, scales, plot, theme));
    parts.push(...lines.map(({ points, row }) => drawLine(points, row.colour, scales)));
    for (const { value, label } of thresholds) {
      const y = scales.y(value);
      parts.push(rule(plot, y, theme.threshold, '5 4'));
      const top = y - 4 < plot.top + TEXT_SIZE ? y + TEXT_SIZE + 2 : y - 4;
      // At the left: what happens now, at the right, is not to be written over.
      parts.push(axisText(label, plot.left + 4, top, 'start', plot.width, theme, theme.threshold));
    }
    if (!drawn) parts.push(emptyText(panel.emptyText, plot, theme));
  }
  const rows = lines.map(({ row }) => row);
  parts.push(drawLegend(rows, layout, panel.unit, theme, panel.series.length - rows.length));
  return document(panel, layout, theme, parts);
}

function linesOf(panel: Panel, layout: Layout): readonly Line[] {
  const drawn = panel.series.slice(0, layout.seriesDrawn);
  const columns = Math.ceil(
    Math.max(20, Math.min(layout.plot.width, PANEL_LIMITS.columns / Math.max(1, drawn.length))),
  );
  const { fromMs, toMs, gapMs } = panel;
  return drawn.map((series, index) => {
    const points = decimate(series.timesMs, series.values, {
      fromMs,
      toMs,
      columns,
      gapMs,
      valueMax: PANEL_LIMITS.value,
    });
    return { points, row: legendRow(series, index, points) };
  });
}

/** The extremes are among the points that stay, so these are those of all values. */
function legendRow(series: PanelSeries, index: number, points: readonly LinePoint[]): LegendRow {
  let low: number | null = null;
  let high: number | null = null;
  for (const { value } of points) {
    if (low === null || value < low) low = value;
    if (high === null || value > high) high = value;
  }
  const { name, colour } = series;
  const own = colour !== undefined && /^#[0-9a-f]{6}$/i.test(colour) ? colour : colourOf(name, index);
  return { name, colour: own, low, high, last: points.at(-1)?.value ?? null };
}

function heads(panel: Panel, { timeZone }: PanelOptions, { width, plot }: Layout, theme: Theme): string {
  const { title, subtitle } = panel;
  const widthMax = width - 2 * MARGIN;
  const y = MARGIN + TITLE_SIZE - 2;
  // Beside a long title on a narrow image there is no room for both.
  const range = widthMax < 400 ? '' : rangeText(panel.fromMs, panel.toMs, timeZone);
  const rangeWidth = textWidth(range, TEXT_SIZE);
  const shownTitle = fitText(title, TITLE_SIZE, (widthMax - rangeWidth - MARGIN) / BOLD_WIDTH);
  return [
    element(
      'text',
      { x: MARGIN, y, 'font-size': TITLE_SIZE, 'font-weight': 'bold', fill: theme.text },
      escapeText(shownTitle),
    ),
    title === '' ? '' : axisText(range, width - MARGIN, y, 'end', widthMax, theme),
    element(
      'text',
      { x: MARGIN, y: plot.top - 14, fill: theme.muted },
      escapeText(fitText(subtitle, TEXT_SIZE, widthMax)),
    ),
  ].join('');
}

function drawBands(panel: Panel, { x }: Scales, plot: Box, theme: Theme): string {
  const clamp = (timeMs: number) => Math.min(panel.toMs, Math.max(panel.fromMs, timeMs));
  return panel.bands
    .slice(0, PANEL_LIMITS.bands)
    .filter(({ fromMs, toMs }) => fromMs < panel.toMs && (toMs ?? panel.toMs) > panel.fromMs)
    .map(({ fromMs, toMs, tone, label }) => {
      const left = x(clamp(fromMs));
      // A short one is still seen.
      const width = Math.max(1.5, x(clamp(toMs ?? panel.toMs)) - left);
      const fill = theme.bands[tone] ?? theme.bands.neutral;
      const area = element('rect', {
        x: left,
        y: plot.top,
        width,
        height: plot.height,
        fill,
        'fill-opacity': 0.13,
      });
      const edge = fromMs > panel.fromMs ? verticalEdge(left, plot, fill) : '';
      const shown = fitText(label, TEXT_SIZE, width - 8);
      const words =
        shown === ''
          ? ''
          : element('text', { x: left + 4, y: plot.top + TEXT_SIZE + 2, fill }, escapeText(shown));
      return area + edge + words;
    })
    .join('');
}

function verticalEdge(x: number, plot: Box, stroke: string): string {
  return element('line', {
    x1: x,
    x2: x,
    y1: plot.top,
    y2: plot.top + plot.height,
    stroke,
    'stroke-opacity': 0.6,
  });
}

function drawTimeAxis(panel: Panel, { timeZone }: PanelOptions, { x }: Scales, plot: Box, theme: Theme) {
  const count = Math.max(1, Math.floor(plot.width / TICK_DISTANCE.time));
  const ticks = timeTicks(panel.fromMs, panel.toMs, count, timeZone);
  const y = plot.top + plot.height;
  return ticks
    .map(({ timeMs, label }) => {
      const width = textWidth(label, TEXT_SIZE);
      const centre = Math.min(Math.max(x(timeMs), plot.left), plot.left + plot.width + MARGIN - width / 2);
      const mark = element('line', { x1: x(timeMs), x2: x(timeMs), y1: y, y2: y + 4, stroke: theme.muted });
      return mark + axisText(label, centre, y + 16, 'middle', TICK_DISTANCE.time, theme);
    })
    .join('');
}

function rule({ left, width }: Box, y: number, stroke: string, dashes?: string): string {
  return element('line', {
    x1: left,
    x2: left + width,
    y1: y,
    y2: y,
    stroke,
    'stroke-dasharray': dashes,
    'stroke-width': dashes === undefined ? undefined : 1.5,
  });
}

function axisText(
  text: string,
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  widthMax: number,
  theme: Theme,
  fill = theme.muted,
) {
  return element(
    'text',
    { x, y, 'text-anchor': anchor, fill },
    escapeText(fitText(text, TEXT_SIZE, widthMax)),
  );
}

/** Connected points as one path; a point alone between gaps is a dot, for a path of one point shows nothing. */
function drawLine(points: readonly LinePoint[], colour: string, { x, y }: Scales): string {
  const dots: string[] = [];
  let path = '';
  points.forEach(({ timeMs, value, gap }, index) => {
    const place = `${coordinate(x(timeMs))} ${coordinate(y(value))}`;
    const alone = gap && (points[index + 1]?.gap ?? true);
    if (alone) dots.push(element('circle', { cx: x(timeMs), cy: y(value), r: 2, fill: colour }));
    else path += `${gap ? 'M' : 'L'}${place}`;
  });
  const line =
    path === ''
      ? ''
      : element('path', {
          d: path,
          fill: 'none',
          stroke: colour,
          'stroke-width': 1.6,
          'stroke-linejoin': 'round',
        });
  return line + dots.join('');
}

function emptyText(text: string, plot: Box, theme: Theme): string {
  return element(
    'text',
    {
      x: plot.left + plot.width / 2,
      y: plot.top + plot.height / 2,
      'text-anchor': 'middle',
      'font-size': 13,
      fill: theme.muted,
    },
    escapeText(fitText(text, 13, plot.width)),
  );
}

function document(panel: Panel, { width, height }: Layout, theme: Theme, parts: readonly string[]): string {
  const title = escapeText(panel.title.slice(0, 300) || 'Chart');
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'font-family': FONT,
      'font-size': TEXT_SIZE,
    },
    element('title', {}, title),
    element('rect', { width, height, fill: theme.background }),
    ...parts,
  );
}
