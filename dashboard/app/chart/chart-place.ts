/** Where a chart is drawn: its size (pixels) and what the page's styles say of it. */
export interface ChartPlace {
  readonly width: number;
  readonly height: number;
  readonly ink: string;
  readonly grid: string;
  readonly font: string;
}

const sideMin = 50;

/** Has the browser lay out the page when anything has changed since it last did. */
export function measureChart(element: HTMLElement): ChartPlace {
  const css = getComputedStyle(element);
  return {
    width: Math.max(sideMin, element.clientWidth),
    height: Math.max(sideMin, element.clientHeight),
    ink: css.getPropertyValue('--chart-ink').trim() || '#868e96',
    grid: css.getPropertyValue('--chart-grid').trim() || '#8884',
    font: `11px ${css.fontFamily}`,
  };
}
