import { formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { PanelOf } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { parseUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import { lazy, Suspense } from 'react';
import type { PanelQuery } from '../layout/panel.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { AnswerState } from './answer-state.tsx';
import { gradeOf } from './grade.ts';
import type { FrameProps } from './panel-view.tsx';
import { useInstantSamples } from './use-instant-samples.ts';

const Gauge = lazy(() => import('../drawing/gauge.tsx'));
const shownMax = 12;
const plainColour = '#3fae9f';

interface Props {
  readonly frame: FrameProps;
  readonly panel: PanelOf<'gauge'>;
  readonly queries: readonly PanelQuery[];
}

/** How far each value is between two ends, now. */
export function GaugePanel({ frame, panel, queries }: Props) {
  const [ref, visible] = useVisible();
  const { samples, isLoading, error } = useInstantSamples(queries, visible, shownMax);
  const unit = parseUnit(panel.unit) ?? plainNumber;
  return (
    <PanelFrame {...frame} frameRef={ref}>
      <AnswerState isEmpty={samples.length === 0} isLoading={isLoading} error={error}>
        <div className="gauges">
          {samples.slice(0, shownMax).map(({ name, labels, value }) => (
            <div key={`${name} ${JSON.stringify(labels)}`} className="gauge-item">
              <div className="gauge" role="img" aria-label={`${name} ${formatValue(value, unit)}`}>
                <Suspense>
                  <Gauge
                    value={value - panel.min}
                    max={panel.max - panel.min}
                    colour={gradeOf(value, panel.thresholds) ?? plainColour}
                  />
                </Suspense>
                <span className="gauge-value">{formatValue(value, unit)}</span>
              </div>
              {samples.length > 1 ? (
                <p className="quiet">
                  <bdi>{name.slice(0, 60)}</bdi>
                </p>
              ) : null}
            </div>
          ))}
        </div>
      </AnswerState>
    </PanelFrame>
  );
}
