import { Bar, BarChart, LabelList, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import type { FunnelStep } from './funnel-steps.ts';

const rowHeight = 34;

/** Steps as bars from the widest to the narrowest, each with its share of the first and of the one before. */
export default function Funnel({ steps }: { readonly steps: readonly FunnelStep[] }) {
  return (
    <ResponsiveContainer width="100%" height={Math.max(80, steps.length * rowHeight)}>
      <BarChart
        layout="vertical"
        data={[...steps]}
        margin={{ top: 0, right: 130, bottom: 0, left: 4 }}
        barCategoryGap={5}
        accessibilityLayer={false}
      >
        <XAxis type="number" hide domain={[0, 'dataMax']} />
        <YAxis
          type="category"
          dataKey="label"
          width={92}
          axisLine={false}
          tickLine={false}
          tick={{ fill: 'var(--mantine-color-text)', fontSize: 12 }}
        />
        <Bar dataKey="count" fill="var(--layer-colour)" radius={3} isAnimationActive={false} minPointSize={2}>
          <LabelList dataKey="note" position="right" fill="var(--chart-ink)" fontSize={12} />
        </Bar>
      </BarChart>
    </ResponsiveContainer>
  );
}
