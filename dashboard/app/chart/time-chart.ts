import { faded } from '@tocsin/chart/colours/colours.ts';
import { formatValue } from '@tocsin/chart/units/format.ts';
import type { Unit } from '@tocsin/chart/units/unit.ts';
import uPlot from 'uplot';
import type { Threshold } from '../layout/panel.ts';
import { type Columns, stackColumns } from '../series/columns.ts';
import { decimate } from '../series/decimate.ts';
import { formatTick } from '../time/clock-text.ts';
import type { TimeWindow } from '../time/range.ts';
import type { Band } from './bands.ts';
import type { ChartPlace } from './chart-place.ts';
import { createFollowLine } from './follow-line.ts';
import type { PageCursorStore } from './page-cursor.ts';

export interface ChartLine {
  /** Told apart by this; names may repeat. */
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly shown: boolean;
}

/** What a chart shows; a change of `lines`, `unit` or `look` makes a new one, the rest is drawn anew. */
export interface ChartContent {
  readonly columns: Columns;
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  readonly look: 'lines' | 'area' | 'stacked' | 'bars';
  readonly min?: number | undefined;
  readonly max: number | undefined;
  readonly window: TimeWindow;
  readonly bands: readonly Band[];
  readonly thresholds?: readonly Threshold[] | undefined;
}

export interface ChartEvents {
  /** The reader dragged over this interval (ms). */
  readonly zoom: (fromMs: number, toMs: number) => void;
  /** The same with Shift held: the reader asks what else happened then. */
  readonly ask: (fromMs: number, toMs: number) => void;
  readonly back: () => void;
  /** Values under the cursor, or null when it is nowhere. */
  readonly values: (values: readonly (number | null)[] | null) => void;
}

export interface TimeChart {
  update(content: ChartContent): void;
  resize(width: number, height: number): void;
  /** Moves the page's cursor by so many points, for the keyboard. */
  step(points: number): void;
  destroy(): void;
}

const powersOfTwo = Array.from({ length: 60 }, (_, power) => 2 ** power);
const axisWidth = 58;
const dragPixelsMin = 5;
const nowhere = { left: -10, top: -10 };

/** One chart over time on a canvas, bound to the page's cursor: what is pointed at in one is shown in all. */
export function createTimeChart(
  element: HTMLElement,
  { width, height, ink, grid, font }: ChartPlace,
  cursor: PageCursorStore,
  events: ChartEvents,
  first: ChartContent,
): TimeChart {
  let content = first;
  let drawn: Columns = { times: [], values: [] };

  let isShifted = false;
  const plot = new uPlot(
    {
      width,
      height,
      // On the right there is room for half of the last moment's text.
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: dragPixelsMin },
        points: { size: 6 },
        bind: {
          dblclick: () => () => {
            events.back();
            return null;
          },
        },
      },
      scales: {
        x: {
          time: true,
          auto: false,
          range: () => [content.window.fromMs / 1000, content.window.toMs / 1000],
        },
        y: { range: (_, low, high) => valueRange(low, high, content.min, content.max) },
      },
      axes: [
        {
          stroke: ink,
          font,
          size: 24,
          gap: 4,
          grid: { stroke: grid, width: 1 },
          ticks: { show: false },
          space: 70,
          values: (_, splits, __, ___, gap) => splits.map((split) => formatTick(split, gap)),
        },
        {
          stroke: ink,
          font,
          size: axisWidth,
          gap: 6,
          grid: { stroke: grid, width: 1 },
          ticks: { show: false },
          space: 26,
          // Bytes are counted in powers of two, and so are their ticks.
          ...(first.unit.kind === 'bytes' ? { incrs: powersOfTwo } : {}),
          values: (_, splits) => splits.map((split) => formatValue(split, withoutRate(content.unit))),
        },
      ],
      series: [{}, ...first.lines.map((line, index) => seriesOf(line, first.look, index))],
      ...(first.look === 'stacked' ? { bands: bandsBetween(first) } : {}),
      hooks: {
        drawClear: [(chart) => drawBands(chart, content.bands)],
        draw: [(chart) => drawThresholds(chart, content.thresholds ?? [])],
        setCursor: [
          (chart) => {
            // Only the chart under the pointer speaks: uPlot fires also for one that was just made, as if a pointer had left it.
            const { left } = chart.cursor;
            if (left === undefined || !isOwn) return;
            followed.show(null, 0);
            cursor.point(left < 0 ? null : chart.posToVal(left, 'x'));
            const { left: from, width } = chart.select;
            if (width > 0) cursor.drag([chart.posToVal(from, 'x'), chart.posToVal(from + width, 'x')]);
          },
        ],
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            cursor.drag(null);
            if (width < dragPixelsMin) return;
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            const chosen = isShifted ? events.ask : events.zoom;
            chosen(chart.posToVal(left, 'x') * 1000, chart.posToVal(left + width, 'x') * 1000);
          },
        ],
      },
    },
    [[]],
    element,
  );

  // Many charts follow one pointer: nothing here may ask the browser for a layout, and what stays is not written.
  let isGone = false;
  let isOwn = false;
  let hasPoints = false;
  const followed = createFollowLine(plot.over);
  plot.over.addEventListener('mousedown', ({ shiftKey }) => {
    isShifted = shiftKey;
  });
  plot.over.addEventListener('mouseenter', () => {
    isOwn = true;
  });
  plot.over.addEventListener('mouseleave', () => {
    isOwn = false;
  });
  let brushed: readonly [number, number] | null = null;
  const follow = () => {
    const { seconds, brush } = cursor.get();
    if (!isOwn) {
      const left = seconds === null ? null : plot.valToPos(seconds, 'x');
      // The chart that is walked through by the keyboard shows its points as one under the pointer does.
      const isWalked = document.activeElement === element;
      if (isWalked || hasPoints)
        plot.setCursor(isWalked && left !== null ? { left, top: 1 } : nowhere, false);
      hasPoints = isWalked;
      followed.show(isWalked ? null : left, plot.bbox.width / devicePixelRatio);
      if (brush !== brushed) {
        brushed = brush;
        const from = brush === null ? 0 : plot.valToPos(brush[0], 'x');
        const width = brush === null ? 0 : plot.valToPos(brush[1], 'x') - from;
        plot.setSelect({ left: from, top: 0, width, height: plot.bbox.height / devicePixelRatio }, false);
      }
    }
    if (isOwn || hasPoints) tell();
    else cursor.later.add(element, tell);
  };
  const tell = () => {
    const { seconds } = cursor.get();
    events.values(seconds === null ? null : valuesAt(drawnRaw, seconds, content.window.stepSeconds));
  };
  let drawnRaw: Columns = drawn;

  const draw = () => {
    // Two points a pixel at most: more cannot be seen and costs time.
    drawnRaw = decimate(content.columns, Math.max(100, plot.bbox.width / devicePixelRatio));
    drawn = content.look === 'stacked' ? stackColumns(drawnRaw) : drawnRaw;
    plot.setData([drawn.times as number[], ...(drawn.values as (number | null)[][])], true);
    // uPlot takes new scales over at the end of the task, and only then knows where the cursor's moment is.
    queueMicrotask(() => {
      if (!isGone) follow();
    });
  };
  queueMicrotask(() => {
    // Until it is moved uPlot's own line stands at the left edge.
    if (!isGone) plot.setCursor(nowhere, false);
  });
  draw();
  const stop = cursor.subscribe(follow);

  return {
    update(next) {
      if (next === content) return;
      content = next;
      for (const [index, line] of next.lines.entries()) {
        if (plot.series[index + 1]?.show !== line.shown) plot.setSeries(index + 1, { show: line.shown });
      }
      draw();
      tell();
    },
    resize(width, height) {
      if (width > 0 && height > 0 && (width !== plot.width || height !== plot.height))
        plot.setSize({ width, height });
    },
    step(points) {
      const { fromMs, toMs, stepSeconds } = content.window;
      const from = cursor.get().seconds ?? toMs / 1000;
      cursor.point(Math.min(toMs / 1000, Math.max(fromMs / 1000, from + points * stepSeconds)));
    },
    destroy() {
      isGone = true;
      stop();
      cursor.later.drop(element);
      plot.destroy();
    },
  };
}

/** The axis need not repeat "/s" at every tick: the panel's corner says it. */
function withoutRate({ per: _, ...unit }: Unit): Unit {
  return unit;
}

function seriesOf(line: ChartLine, look: ChartContent['look'], index: number): uPlot.Series {
  return {
    label: line.name,
    show: line.shown,
    stroke: line.colour,
    width: 1,
    spanGaps: false,
    points: { show: (chart, series) => isSparse(chart, series), size: 4, fill: line.colour },
    ...(look === 'stacked' ? { fill: faded(line.colour, 0.45), width: 1 } : {}),
    ...(look === 'bars' ? { fill: faded(line.colour, 0.6), paths: bars, points: { show: false } } : {}),
    ...(look === 'area' && index === 0 ? { fill: faded(line.colour, 0.12) } : {}),
  };
}

const bars = uPlot.paths.bars?.({ size: [0.8, 24] }) ?? (() => null);

/** Lone points are invisible as lines, so a handful is dotted. */
function isSparse(chart: uPlot, series: number): boolean {
  const column = chart.data[series] ?? [];
  let points = 0;
  for (const value of column) if (value !== null && value !== undefined && ++points > 3) return false;
  return points > 0;
}

/** Each area ends where the one below begins. */
const bandsBetween = (content: ChartContent): uPlot.Band[] =>
  content.lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] }));

/** From zero unless values are below it; a little air above. */
function valueRange(
  low: number | null,
  high: number | null,
  min: number | undefined,
  max: number | undefined,
): [number, number] {
  const least = min !== undefined && (low ?? min) >= min ? min : Math.min(0, low ?? 0);
  const most = Math.max(0, high ?? 0);
  if (max !== undefined && most <= max) return [least, max];
  if (most <= least) return [least, least + 1];
  return [min !== undefined && least === min ? least : least < 0 ? least * 1.08 : 0, most * 1.08];
}

const toneColours = { good: '#2f9e58', warn: '#e8890c', bad: '#e03131' } as const;

function drawThresholds(chart: uPlot, thresholds: readonly Threshold[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { value, tone } of thresholds) {
    const top = chart.valToPos(value, 'y', true);
    if (top < bbox.top || top > bbox.top + bbox.height) continue;
    ctx.strokeStyle = toneColours[tone];
    ctx.beginPath();
    ctx.moveTo(bbox.left, top);
    ctx.lineTo(bbox.left + bbox.width, top);
    ctx.stroke();
  }
  ctx.restore();
}

function valuesAt(columns: Columns, seconds: number, reachSeconds: number): readonly (number | null)[] {
  const { times } = columns;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  const before = times[low - 1];
  const here = times[low];
  const nearest =
    before !== undefined && here !== undefined && seconds - before < here - seconds ? low - 1 : low;
  if (Math.abs((times[nearest] ?? Number.NaN) - seconds) <= reachSeconds * 1.5) {
    return columns.values.map((column) => column[nearest] ?? null);
  }
  return columns.values.map(() => null);
}

function drawBands(chart: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const band of bands) {
    const from = chart.valToPos(band.fromSeconds, 'x', true);
    const to = chart.valToPos(band.toSeconds, 'x', true);
    ctx.fillStyle = faded(band.colour, 0.1);
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
    ctx.fillStyle = faded(band.colour, 0.7);
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), 2 * devicePixelRatio);
  }
  ctx.restore();
}
