import { formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { PanelOf } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { parseUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import { lazy, Suspense } from 'react';
import type { PanelQuery } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { areBegun, usePanelLines } from '../panel/use-panel-lines.ts';
import { useVisible } from '../panel/use-visible.ts';
import { AnswerState } from './answer-state.tsx';
import { gradeOf } from './grade.ts';
import type { FrameProps } from './panel-view.tsx';
import { reduceValues } from './reduce-values.ts';

const Sparkline = lazy(() => import('../drawing/sparkline.tsx'));
const shownMax = 12;

interface Props {
  readonly frame: FrameProps;
  readonly panel: PanelOf<'stat'>;
  readonly queries: readonly PanelQuery[];
}

/** Numbers over the time shown, one for each series, each with its course. */
export function StatPanel({ frame, panel, queries }: Props) {
  const page = usePage();
  const [ref, visible] = useVisible(() => areBegun(queries, page.window));
  const { lines, isLoading, error } = usePanelLines(queries, visible);
  const unit = parseUnit(panel.unit) ?? plainNumber;
  return (
    <PanelFrame {...frame} frameRef={ref}>
      <AnswerState isEmpty={lines.length === 0} isLoading={isLoading} error={error}>
        <div className="stats">
          {lines.slice(0, shownMax).map((line) => {
            const value = reduceValues(line.values, panel.reduce);
            return (
              <div className="stat" key={`${line.name} ${JSON.stringify(line.labels)}`}>
                {lines.length > 1 ? (
                  <p className="quiet">
                    <bdi>{line.name.slice(0, 100)}</bdi>
                  </p>
                ) : null}
                <p className="stat-value" style={{ color: gradeOf(value, panel.thresholds) }}>
                  {formatValue(value, unit)}
                </p>
                {panel.trend && line.values.length > 1 ? (
                  <div className="stat-trend" aria-hidden="true">
                    <Suspense>
                      <Sparkline values={line.values} width={120} height={28} />
                    </Suspense>
                  </div>
                ) : null}
              </div>
            );
          })}
          {lines.length > shownMax ? <p className="quiet">and {lines.length - shownMax} more</p> : null}
        </div>
      </AnswerState>
    </PanelFrame>
  );
}
