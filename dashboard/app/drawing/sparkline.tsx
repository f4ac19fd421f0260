import { Area, AreaChart, YAxis } from 'recharts';

interface Props {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** A small line without axes: the course of a number. */
export default function Sparkline({ values, width, height }: Props) {
  const data = values.map((value) => ({ value: Number.isFinite(value) ? value : null }));
  return (
    <AreaChart
      width={width}
      height={height}
      data={data}
      margin={{ top: 2, right: 0, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      <YAxis hide domain={[(low: number) => Math.min(0, low), (high: number) => Math.max(high, 1e-9)]} />
      <Area
        dataKey="value"
        type="monotone"
        stroke="currentColor"
        strokeWidth={1.5}
        fill="currentColor"
        fillOpacity={0.12}
        isAnimationActive={false}
        dot={false}
        activeDot={false}
      />
    </AreaChart>
  );
}
