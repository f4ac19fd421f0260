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
/** As much of a name is beside its bar; all of it is in the drawing's text. */
const nameLengthMax = 26;
const characterWidth = 6.8;

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
    .map(({ name, value }) => ({
      name: shortened(name),
      full: name.slice(0, 200),
      value,
      text: formatValue(value, unit),
    }));
  const nameWidth = 12 + characterWidth * Math.max(6, ...rows.map(({ name }) => name.length));
  return (
    <PanelFrame {...frame} frameRef={ref}>
      <AnswerState isEmpty={rows.length === 0} isLoading={isLoading} error={error}>
        <div
          className="bars"
          role="img"
          aria-label={rows.map(({ full, text }) => `${full} ${text}`).join(', ')}
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
                width={nameWidth}
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

const shortened = (name: string): string =>
  name.length > nameLengthMax ? `${name.slice(0, nameLengthMax - 1)}…` : name;
