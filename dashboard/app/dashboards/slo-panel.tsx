import { formatNumber } from '@tocsin/chart/units/format.ts';
import type { PanelOf } from '@tocsin/dashboard/files/dashboard-schema.ts';
import type { PanelQuery } from '../layout/panel.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { AnswerState } from './answer-state.tsx';
import { budgetOf } from './error-budget.ts';
import type { FrameProps } from './panel-view.tsx';
import { useInstantSamples } from './use-instant-samples.ts';

const burnSpans = ['1h', '6h', '1d'] as const;

interface Props {
  readonly frame: FrameProps;
  readonly panel: PanelOf<'slo'>;
  readonly errors: string;
  readonly total: string;
}

/** Whether an objective is met: what of its error budget is left, and how fast it is used up. */
export function SloPanel({ frame, panel, errors, total }: Props) {
  const [ref, visible] = useVisible();
  const ratio = (span: string): PanelQuery => ({
    expr: `sum(${errors.replaceAll('$span', span)}) / sum(${total.replaceAll('$span', span)})`,
    legend: span,
  });
  const queries = [ratio(panel.window), ...burnSpans.map(ratio)];
  const { samples, isLoading, error } = useInstantSamples(queries, visible, 1);
  const shares = queries.map((_, index) => samples.find(({ query }) => query === index)?.value);
  const budget = budgetOf(shares[0], panel.objective);
  const tone = budget.left < 0 ? 'var(--bad)' : budget.left < 0.25 ? 'var(--warn)' : 'var(--good)';
  return (
    <PanelFrame {...frame} corner={`objective ${percent(panel.objective)} in ${panel.window}`} frameRef={ref}>
      <AnswerState isEmpty={samples.length === 0} isLoading={isLoading} error={error}>
        <div className="slo">
          <div>
            <p className="stat-value" style={{ color: tone }}>
              {Number.isNaN(budget.good) ? '–' : percent(budget.good)}
            </p>
            <p className="quiet">were good in {panel.window}</p>
          </div>
          <div>
            <p className="stat-value" style={budget.left < 0 ? { color: tone } : undefined}>
              {Number.isNaN(budget.left) ? '–' : percent(Math.abs(budget.left))}
            </p>
            <p className="quiet">
              {budget.left < 0 ? 'more than the error budget was used' : 'of the error budget is left'}
            </p>
            <div
              className="budget"
              role="img"
              aria-label={`${percent(Math.max(0, budget.left))} of the budget left`}
            >
              <span
                style={{ width: `${Math.min(100, Math.max(0, budget.left * 100))}%`, background: tone }}
              />
            </div>
          </div>
          <dl className="facts">
            {burnSpans.map((span, index) => {
              const burn = budgetOf(shares[index + 1], panel.objective).burn;
              return (
                <div key={span}>
                  <dt>used in the last {span}</dt>
                  <dd>{Number.isNaN(burn) ? '–' : `×${formatNumber(burn)}`}</dd>
                </div>
              );
            })}
          </dl>
        </div>
      </AnswerState>
    </PanelFrame>
  );
}

const percent = (share: number): string => `${formatPercent.format(share * 100)}%`;
const formatPercent = new Intl.NumberFormat('en', { maximumFractionDigits: 3, maximumSignificantDigits: 5 });
