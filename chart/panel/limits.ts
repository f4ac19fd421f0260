/** What one image takes at most. What is left out is named in the image. */
export const PANEL_LIMITS = {
  /** Pixels on a side. */
  widthMin: 120,
  heightMin: 80,
  sideMax: 4_000,
  /** Lines that are drawn. */
  series: 60,
  /** Points of all lines together that are drawn, before each column's extremes are kept. */
  columns: 24_000,
  bands: 100,
  thresholds: 20,
  /** Larger values are infinite to an image. */
  value: 1e300,
} as const;
