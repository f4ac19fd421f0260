import { Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { formatDuration, formatNumber } from '@tocsin/chart/units/format.ts';
import { queryRange } from '../api/prometheus.ts';
import { usePage } from '../page/page-context.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { bareName } from '../series/line.ts';
import { formatMoment } from '../time/clock-text.ts';
import { firingsOf } from './backtest.ts';
import { ToldWhom } from './told-whom.tsx';

const shownMax = 50;

interface Props {
  readonly condition: string;
  readonly forSeconds: number;
  /** The rule as a file; empty while it is not one yet. */
  readonly ruleText: string;
}

/** What a rule would have done in the time the page shows. */
export function BacktestResult({ condition, forSeconds, ruleText }: Props) {
  const { window, nowMs, zoom } = usePage();
  const { data, error, isPending } = useQuery({
    queryKey: ['range', condition, window.fromMs, window.toMs],
    queryFn: ({ signal }) => queryRange(condition, window, signal),
    placeholderData: keepPreviousData,
  });
  const firings = data && firingsOf(data.lines, forSeconds, window.stepSeconds, window.toMs / 1000);
  const total = firings?.reduce((sum, { fromSeconds, toSeconds }) => sum + toSeconds - fromSeconds, 0) ?? 0;
  const span = formatDuration((window.toMs - window.fromMs) / 1000);
  return (
    <section className="card" aria-label="Backtest">
      <h2>What it would have done in the {span} shown</h2>
      {error !== null ? (
        <PanelNote tone="bad">{error.message.slice(0, 400)}</PanelNote>
      ) : isPending || firings === undefined ? (
        <Skeleton height={80} />
      ) : firings.length === 0 ? (
        <p>It would not have fired. Choose a longer time above to be surer.</p>
      ) : (
        <>
          <p>
            It would have fired <strong>{firings.length === 1 ? 'once' : `${firings.length} times`}</strong>,{' '}
            {formatDuration(total)} in all, looked at every {formatDuration(window.stepSeconds)}.
          </p>
          <ul className="firings">
            {firings.slice(0, shownMax).map((firing) => (
              <li key={`${firing.fromSeconds} ${bareName(firing.labels)}`}>
                <button
                  type="button"
                  title="Show this time"
                  onClick={() => zoom((firing.pendingSeconds - 300) * 1000, (firing.toSeconds + 300) * 1000)}
                >
                  {formatMoment(firing.fromSeconds * 1000, nowMs)}
                </button>{' '}
                for {formatDuration(Math.max(window.stepSeconds, firing.toSeconds - firing.fromSeconds))}
                {firing.isOpen ? ', still firing' : ''}, worst {formatNumber(firing.worst)}{' '}
                <span className="quiet mono">
                  <bdi>{bareName(firing.labels).slice(0, 200)}</bdi>
                </span>
              </li>
            ))}
          </ul>
          {firings.length > shownMax ? <p className="quiet">The newest {shownMax} are listed.</p> : null}
        </>
      )}
      {ruleText === '' ? null : <ToldWhom key={ruleText} ruleText={ruleText} />}
    </section>
  );
}
