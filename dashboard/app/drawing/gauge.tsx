import { PolarAngleAxis, RadialBar, RadialBarChart } from 'recharts';

interface Props {
  /** Between 0 and `max`; more fills the gauge. */
  readonly value: number;
  readonly max: number;
  readonly colour: string;
}

const width = 120;
const height = 68;

/** A half ring filled by the share of `value` in `max`. */
export default function Gauge({ value, max, colour }: Props) {
  return (
    <RadialBarChart
      width={width}
      height={height}
      cx={width / 2}
      cy={height - 6}
      innerRadius={44}
      outerRadius={58}
      startAngle={180}
      endAngle={0}
      data={[{ value: Math.min(max, Math.max(0, value)) }]}
      accessibilityLayer={false}
    >
      <PolarAngleAxis type="number" domain={[0, max]} tick={false} axisLine={false} />
      <RadialBar
        dataKey="value"
        fill={colour}
        background={{ fill: 'var(--chart-grid)' }}
        cornerRadius={4}
        isAnimationActive={false}
      />
    </RadialBarChart>
  );
}
