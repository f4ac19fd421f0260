import type { Unit } from '../units/unit.ts';

/** One line of a panel. */
export interface PanelSeries {
  readonly name: string;
  /** Milliseconds since the epoch, ascending. */
  readonly timesMs: ArrayLike<number>;
  /** As many as there are times. NaN and infinities are gaps in the line. */
  readonly values: ArrayLike<number>;
  /** `#rrggbb`; by default the palette's next one, or the one that its name means. */
  readonly colour?: string;
}

/** A span of time that is shaded, such as that in which an alert fired. */
export interface PanelBand {
  readonly fromMs: number;
  /** Null: it is not over. */
  readonly toMs: number | null;
  readonly tone: 'firing' | 'pending' | 'neutral';
  readonly label: string;
}

/** A value with a line of its own, such as the one at which an alert fires. */
export interface PanelThreshold {
  readonly value: number;
  readonly label: string;
}

/** What a panel shows, in plain values; drawPanel makes an image of it. */
export interface Panel {
  readonly title: string;
  /** Smaller, below the title; empty for none. */
  readonly subtitle: string;
  /** Milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly unit: Unit;
  readonly series: readonly PanelSeries[];
  readonly bands: readonly PanelBand[];
  readonly thresholds: readonly PanelThreshold[];
  /** Two points further apart than this are not connected; null: all are. */
  readonly gapMs: number | null;
  /** What stands in place of lines when no series has a value. */
  readonly emptyText: string;
}

export interface PanelOptions {
  /** Of the whole image, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  /** Of the time axis, as `Europe/Berlin`; an unknown one is UTC. */
  readonly timeZone: string;
  /** Lines that are named below the plot, with their values. */
  readonly legendRows: number;
}

export const DEFAULT_PANEL_OPTIONS: PanelOptions = {
  width: 640,
  height: 280,
  theme: 'light',
  timeZone: 'UTC',
  legendRows: 5,
};
