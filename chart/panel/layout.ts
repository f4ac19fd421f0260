import { PANEL_LIMITS } from './limits.ts';
import type { Panel, PanelOptions } from './panel.ts';

/** A rectangle of the image, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly plot: Box;
  /** Lines that are drawn, and of those the ones that are named below. */
  readonly seriesDrawn: number;
  readonly legendRows: number;
  /** Whether a last row says how much is left out. */
  readonly legendRest: boolean;
  /** Of the first row of the legend. */
  readonly legendTop: number;
}

export const MARGIN = 12;
export const TITLE_SIZE = 14;
export const TEXT_SIZE = 11;
export const ROW_HEIGHT = 17;
const AXIS_WIDTH = 62;
const AXIS_HEIGHT = 22;
const PLOT_HEIGHT_MIN = 40;

/** Where everything of a panel stands. A small image loses rows of its legend before it loses its plot. */
export function layoutOf(panel: Panel, options: PanelOptions): Layout {
  const width = side(options.width, PANEL_LIMITS.widthMin);
  const height = side(options.height, PANEL_LIMITS.heightMin);
  const seriesDrawn = Math.min(panel.series.length, PANEL_LIMITS.series);
  const top = MARGIN + 6 + (panel.title === '' ? 0 : 20) + (panel.subtitle === '' ? 0 : ROW_HEIGHT);
  const room = height - top - AXIS_HEIGHT - MARGIN - PLOT_HEIGHT_MIN;
  const rowsMax = Math.max(0, Math.floor(room / ROW_HEIGHT));
  const asked = Math.max(0, Math.floor(options.legendRows) || 0);
  const wanted = Math.min(asked, panel.series.length);
  // Names need a row for their columns' heads.
  const legendRest = wanted > 0 && panel.series.length > Math.min(wanted, rowsMax - 1);
  const heads = wanted > 0 ? 1 : 0;
  const legendRows = Math.max(0, Math.min(wanted, rowsMax - heads - (legendRest ? 1 : 0)));
  const rows = legendRows === 0 ? 0 : legendRows + heads + (legendRest ? 1 : 0);
  const plotWidth = Math.max(20, width - AXIS_WIDTH - 2 * MARGIN);
  const plotHeight = Math.max(20, height - top - AXIS_HEIGHT - MARGIN - rows * ROW_HEIGHT);
  return {
    width,
    height,
    plot: { left: MARGIN + AXIS_WIDTH, top, width: plotWidth, height: plotHeight },
    seriesDrawn,
    legendRows,
    legendRest: legendRest && legendRows > 0,
    legendTop: top + plotHeight + AXIS_HEIGHT + 12,
  };
}

function side(wanted: number, min: number): number {
  return Number.isFinite(wanted) ? Math.min(PANEL_LIMITS.sideMax, Math.max(min, Math.round(wanted))) : min;
}
