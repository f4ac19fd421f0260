import { formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { PanelOf } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { parseUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import { Bar, BarChart, LabelList, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import type { PanelQuery } from '../layout/panel.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { AnswerState } from './answer-state.tsx';
import type { FrameProps } from './panel-view.tsx';
import { useInstantSamples } from './use-instant-samples.ts';

const rowHeight = 24;

interface Props {
  readonly frame: FrameProps;
  readonly panel: PanelOf<'bar'>;
  readonly queries: readonly PanelQuery[];
}

/** A bar for each series, the longest first. */
export default function BarPanel({ frame, panel, queries }: Props) {
  const [ref, visible] = useVisible();
  const { samples, isLoading, error } = useInstantSamples(queries, visible, 1000);
  const unit = parseUnit(panel.unit) ?? plainNumber;
  const rows = samples
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => b.value - a.value)
    .slice(0, panel.most)
    .map(({ name, value }) => ({ name: name.slice(0, 60), value, text: formatValue(value, unit) }));
  return (
    <PanelFrame {...frame} frameRef={ref}>
      <AnswerState isEmpty={rows.length === 0} isLoading={isLoading} error={error}>
        <div
          className="bars"
          role="img"
          aria-label={rows.map(({ name, text }) => `${name} ${text}`).join(', ')}
        >
          <ResponsiveContainer width="100%" height={Math.max(60, rows.length * rowHeight)}>
            <BarChart
              layout="vertical"
              data={rows}
              margin={{ top: 0, right: 70, bottom: 0, left: 0 }}
              barCategoryGap={4}
              accessibilityLayer={false}
            >
              <XAxis type="number" hide domain={[(low: number) => Math.min(0, low), 'dataMax']} />
              <YAxis
                type="category"
                dataKey="name"
                width={110}
                axisLine={false}
                tickLine={false}
                interval={0}
                tick={{ fill: 'var(--mantine-color-text)', fontSize: 12 }}
              />
              <Bar dataKey="value" fill="#4c78d8" radius={3} isAnimationActive={false} minPointSize={1}>
                <LabelList dataKey="text" position="right" fill="var(--chart-ink)" fontSize={12} />
              </Bar>
            </BarChart>
          </ResponsiveContainer>
        </div>
        {samples.length > rows.length ? (
          <p className="panel-foot">
            {rows.length} of {samples.length} are shown.
          </p>
        ) : null}
      </AnswerState>
    </PanelFrame>
  );
}
