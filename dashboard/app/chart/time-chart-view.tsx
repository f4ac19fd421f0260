import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { usePage } from '../page/page-context.ts';
import { formatMoment } from '../time/clock-text.ts';
import { measureChart } from './chart-place.ts';
import { type ChartContent, createTimeChart, type TimeChart } from './time-chart.ts';

interface Props {
  readonly label: string;
  readonly content: ChartContent;
  readonly onValues: (values: readonly (number | null)[] | null) => void;
}

/** A time chart in the page's flow: made when its lines change, redrawn when its data do. */
export function TimeChartView({ label, content, onValues }: Props) {
  const { cursor, scheme, zoom, zoomBack, askMoved } = usePage();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<TimeChart | null>(null);
  const latest = useRef({ content, zoom, zoomBack, askMoved, onValues });
  latest.current = { content, zoom, zoomBack, askMoved, onValues };
  // Colours and looks are fixed when a chart is made; a chart of other lines is another chart.
  const identity = JSON.stringify([
    scheme,
    content.look,
    content.unit,
    content.max,
    content.lines.map(({ name, colour }) => [name, colour]),
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for what the chart is made from
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => chart.current?.resize(target.clientWidth, target.clientHeight));
    const make = () => {
      chart.current = createTimeChart(
        target,
        place,
        cursor,
        {
          zoom: (fromMs, toMs) => latest.current.zoom(fromMs, toMs),
          ask: (fromMs, toMs) => latest.current.askMoved({ fromMs, toMs }),
          back: () => latest.current.zoomBack(),
          values: (values) => latest.current.onValues(values),
        },
        latest.current.content,
      );
      observer.observe(target);
    };
    // All charts that appear together are measured before the first of them is made, or each would have the page laid out anew.
    const place = measureChart(target);
    let isGone = false;
    queueMicrotask(() => {
      if (!isGone) make();
    });
    return () => {
      isGone = true;
      observer.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [identity, cursor]);

  useEffect(() => chart.current?.update(content), [content]);
  useLayoutEffect(() => {
    const target = element.current;
    return () => {
      // A chart that goes from under the pointer is not told that the pointer left it.
      if (target?.matches(':hover')) cursor.point(null);
    };
  }, [cursor]);

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -20,
      PageDown: 20,
    };
    const step = steps[event.key];
    if (step !== undefined) chart.current?.step(step);
    else if (event.key === 'Escape') cursor.point(null);
    else return;
    event.preventDefault();
  };

  const { fromMs, toMs } = content.window;
  return (
    <div
      className="chart"
      ref={element}
      role="slider"
      tabIndex={0}
      aria-label={`${label}: time cursor, moved by the arrow keys`}
      aria-valuemin={fromMs / 1000}
      aria-valuemax={toMs / 1000}
      aria-valuenow={cursor.get().seconds ?? toMs / 1000}
      aria-valuetext={formatMoment((cursor.get().seconds ?? toMs / 1000) * 1000, toMs)}
      onKeyDown={onKeyDown}
      onBlur={() => cursor.point(null)}
    />
  );
}
