import type { Unit } from '@tocsin/chart/units/unit.ts';

export const layers = ['business', 'usage', 'system'] as const;
export type Layer = (typeof layers)[number];

/** One query of a panel. `expr` may hold what promql/fill.ts replaces; `legend` is a template with `{{label}}`. */
export interface PanelQuery {
  readonly expr: string;
  readonly legend: string;
}

/** A value at which something becomes good or bad. */
export interface Threshold {
  readonly value: number;
  readonly tone: 'good' | 'warn' | 'bad';
}

/** What one panel draws. Plain data, so that layouts can be files. */
export interface Panel {
  readonly id: string;
  readonly layer: Layer;
  readonly title: string;
  /** One sentence for the reader; empty when nobody wrote one. */
  readonly help: string;
  readonly unit: Unit;
  /** `area` and `lines` draw over time; `stacked` sums up; `funnel` and `gauge` draw the whole range or the end of it. */
  readonly draw: 'lines' | 'area' | 'stacked' | 'bars' | 'funnel' | 'gauge';
  readonly queries: readonly PanelQuery[];
  /** Fixed ends of the value axis, in the stored unit: 1 for a share of something. */
  readonly min?: number;
  readonly max?: number;
  /** Values with a line of their own. */
  readonly thresholds?: readonly Threshold[];
}

/** A number at the top of a layer: now or over the range, and the same one range earlier. */
export interface Headline {
  readonly id: string;
  readonly layer: Layer;
  readonly title: string;
  readonly help: string;
  readonly unit: Unit;
  /** Instant queries at the end of the window. */
  readonly value: string;
  readonly before: string;
  /** Range query for the small line. */
  readonly trend: string;
  /** Whether more is better is not known, so the change is shown without judging it. */
  readonly span: 'over the range' | 'now';
}

/** A curated headline: shown when every metric in `needs` is stored. */
export interface CuratedHeadline extends Headline {
  readonly needs: readonly string[];
}

/** A curated panel: shown when every metric in `needs` is stored; then those metrics need no panel of their own. */
export interface CuratedPanel extends Panel {
  readonly needs: readonly string[];
  /** Metrics whose story this panel tells too. */
  readonly covers?: readonly string[];
}
