import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { timeTicks } from '@tocsin/chart/panel/time-ticks.ts';
import { formatNumber, formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { PanelOf } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { parseUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { createFollowLine } from '../chart/follow-line.ts';
import type { HeatCells } from '../heat/heat-cells.ts';
import { queryHeat } from '../heat/query-heat.ts';
import { usePage } from '../page/page-context.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { fill } from '../promql/fill.ts';
import { formatMoment } from '../time/clock-text.ts';
import { AnswerState } from './answer-state.tsx';
import type { FrameProps } from './panel-view.tsx';

interface Props {
  readonly frame: FrameProps;
  readonly panel: PanelOf<'heatmap'>;
  readonly expr: string;
}

/** How values are spread over time: darker where more of them are. */
export function HeatmapPanel({ frame, panel, expr }: Props) {
  const { window, nowMs, cursor } = usePage();
  const [ref, visible] = useVisible();
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState('');
  const filled = fill(expr, window);
  const { data, error, isPending } = useQuery({
    queryKey: ['heat', filled, window.fromMs, window.toMs],
    queryFn: ({ signal }) => queryHeat(filled, window, signal),
    placeholderData: keepPreviousData,
    enabled: visible,
  });
  const unit = parseUnit(panel.unit) ?? plainNumber;
  const isEmpty = data === undefined || data.bands.length === 0;
  const [fromSeconds, toSeconds] = [window.fromMs / 1000, window.toMs / 1000];

  useEffect(() => {
    const element = canvas.current;
    if (element === null || data === undefined) return;
    const paint = () => drawCells(element, data, fromSeconds, toSeconds, window.stepSeconds);
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    return () => observer.disconnect();
  }, [data, fromSeconds, toSeconds, window.stepSeconds]);

  // The page's cursor stands here too, wherever it is pointed at.
  useEffect(() => {
    const element = plot.current;
    if (element === null || isEmpty) return;
    const line = createFollowLine(element);
    const follow = () => {
      const { seconds } = cursor.get();
      const width = element.clientWidth;
      line.show(
        seconds === null ? null : ((seconds - fromSeconds) / (toSeconds - fromSeconds)) * width,
        width,
      );
    };
    const stop = cursor.subscribe(follow);
    return () => {
      stop();
      line.remove();
    };
  }, [cursor, isEmpty, fromSeconds, toSeconds]);

  const ticks = timeTicks(
    window.fromMs,
    window.toMs,
    ticksMax,
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  );
  const onPoint = (event: PointerEvent<HTMLCanvasElement>) => {
    if (data === undefined) return;
    const box = event.currentTarget.getBoundingClientRect();
    const seconds = fromSeconds + ((event.clientX - box.left) / box.width) * (toSeconds - fromSeconds);
    const band = Math.floor((1 - (event.clientY - box.top) / box.height) * data.bands.length);
    cursor.point(seconds);
    const bounds = data.bands[band];
    const at = data.times.findIndex(
      (time) => seconds >= time - window.stepSeconds / 2 && seconds < time + window.stepSeconds / 2,
    );
    setPointed(
      bounds === undefined
        ? ''
        : `${formatMoment(seconds * 1000, nowMs)}: ${formatNumber(data.counts[band]?.[at] ?? 0)} between ${formatValue(bounds.low, unit)} and ${formatValue(bounds.high, unit)}`,
    );
  };
  return (
    <PanelFrame {...frame} corner={pointed} frameRef={ref}>
      <AnswerState isEmpty={isEmpty} isLoading={isPending} error={error}>
        <div className="heat">
          <div className="heat-bounds" aria-hidden="true">
            {(data === undefined ? [] : boundsShown(data)).map(({ value, share }) => (
              <span key={value} style={{ bottom: `${share * 100}%` }}>
                {formatValue(value, unit)}
              </span>
            ))}
          </div>
          <div className="heat-plot" ref={plot}>
            <canvas
              className="heat-cells"
              ref={canvas}
              role="img"
              aria-label={`${frame.title}: ${data?.bands.length ?? 0} bands from ${formatValue(data?.bands[0]?.low, unit)} to ${formatValue(data?.bands.at(-1)?.high, unit)}, at most ${formatNumber(data?.most ?? 0)} in one`}
              onPointerMove={onPoint}
              onPointerLeave={() => {
                cursor.point(null);
                setPointed('');
              }}
            />
            <div className="heat-times" aria-hidden="true">
              {ticks.map(({ timeMs, label }) => (
                <span
                  key={timeMs}
                  style={{ left: `${(100 * (timeMs - window.fromMs)) / (window.toMs - window.fromMs)}%` }}
                >
                  {label}
                </span>
              ))}
            </div>
          </div>
        </div>
      </AnswerState>
    </PanelFrame>
  );
}

const labelsMax = 6;
const ticksMax = 5;

/** A few of the upper bounds, evenly spread. */
function boundsShown({ bands }: HeatCells): readonly { readonly value: number; readonly share: number }[] {
  const every = Math.max(1, Math.ceil(bands.length / labelsMax));
  return bands.flatMap(({ high }, index) =>
    index % every === every - 1 || bands.length <= labelsMax
      ? [{ value: high, share: (index + 1) / bands.length }]
      : [],
  );
}

function drawCells(
  canvas: HTMLCanvasElement,
  { times, bands, counts, most }: HeatCells,
  fromSeconds: number,
  toSeconds: number,
  stepSeconds: number,
): void {
  const { clientWidth, clientHeight } = canvas;
  canvas.width = Math.max(1, Math.round(clientWidth * devicePixelRatio));
  canvas.height = Math.max(1, Math.round(clientHeight * devicePixelRatio));
  const context = canvas.getContext('2d');
  if (context === null || most === 0) return;
  const width = (canvas.width * stepSeconds) / (toSeconds - fromSeconds);
  const height = canvas.height / bands.length;
  context.fillStyle = '#4c78d8';
  for (const [band, row] of counts.entries()) {
    for (const [index, count] of row.entries()) {
      if (count === 0) continue;
      // The square root lets a single slow request be seen beside thousands of fast ones.
      context.globalAlpha = 0.08 + 0.92 * Math.sqrt(count / most);
      const left = (((times[index] ?? 0) - fromSeconds) / (toSeconds - fromSeconds)) * canvas.width - width;
      context.fillRect(left, canvas.height - (band + 1) * height, width + 0.5, height + 0.5);
    }
  }
}
