import { formatNumber } from '@tocsin/chart/units/format.ts';
import { Bar, BarChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { usePage } from '../page/page-context.ts';
import { formatMoment, formatTick } from '../time/clock-text.ts';
import type { LogHistogram } from './log-histogram.ts';

const colours: Readonly<Record<string, string>> = {
  fatal: '#9b1c1c',
  error: '#e03131',
  warn: '#e8890c',
  info: '#4c78d8',
  debug: '#8f96a3',
  trace: '#b8bec8',
  '': '#7fa9ee',
};

/** Bars of lines over time by level; a click shows that bucket's time alone. */
export default function LogHistogramView({ histogram }: { readonly histogram: LogHistogram }) {
  const { zoom, nowMs } = usePage();
  const { bucketSeconds, buckets, levels, countedFromSeconds } = histogram;
  const first = buckets[0]?.seconds ?? 0;
  const data = buckets.map(({ seconds, counts }) => ({ seconds, ...counts }));
  const total = buckets.reduce(
    (sum, { counts }) => sum + Object.values(counts).reduce((a, b) => a + b, 0),
    0,
  );
  return (
    <div
      className="card log-histogram"
      role="img"
      aria-label={`${total} lines over time: ${levels
        .map((level) => {
          const count = buckets.reduce((sum, { counts }) => sum + (counts[level] ?? 0), 0);
          return `${count} ${level === '' ? 'without a level' : level}`;
        })
        .join(', ')}`}
    >
      <ResponsiveContainer width="100%" height={110}>
        <BarChart
          data={data}
          margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
          barCategoryGap={1}
          accessibilityLayer={false}
          onClick={({ activeLabel }) => {
            const seconds = Number(activeLabel);
            if (Number.isFinite(seconds)) zoom(seconds * 1000, (seconds + bucketSeconds) * 1000);
          }}
        >
          <XAxis
            dataKey="seconds"
            tickFormatter={(seconds: number) => formatTick(seconds, bucketSeconds * 10)}
            tick={{ fill: 'var(--chart-ink)', fontSize: 11 }}
            tickLine={false}
            axisLine={false}
            minTickGap={50}
          />
          <YAxis
            width={44}
            tickFormatter={formatNumber}
            tick={{ fill: 'var(--chart-ink)', fontSize: 11 }}
            tickLine={false}
            axisLine={false}
            allowDecimals={false}
          />
          <Tooltip
            cursor={{ fill: 'var(--chart-grid)' }}
            isAnimationActive={false}
            labelFormatter={(seconds) => formatMoment(Number(seconds) * 1000, nowMs)}
            contentStyle={{
              background: 'var(--panel-ground)',
              border: '1px solid var(--panel-edge)',
              fontSize: 12,
            }}
          />
          {countedFromSeconds > first + bucketSeconds ? (
            <ReferenceArea
              x1={first}
              x2={Math.floor(countedFromSeconds / bucketSeconds) * bucketSeconds - bucketSeconds}
              fill="var(--chart-grid)"
              label={{ value: 'not read', fontSize: 11, fill: 'var(--chart-ink)' }}
            />
          ) : null}
          {[...levels].reverse().map((level) => (
            <Bar
              key={level}
              dataKey={level}
              name={level === '' ? 'no level' : level}
              stackId="lines"
              fill={colours[level] ?? '#7fa9ee'}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
