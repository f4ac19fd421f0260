import { formatValue } from '@tocsin/chart/units/format.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { PanelOf } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { parseUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import type { PanelQuery } from '../layout/panel.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { useVisible } from '../panel/use-visible.ts';
import { AnswerState } from './answer-state.tsx';
import { joinSamples } from './join-samples.ts';
import type { FrameProps } from './panel-view.tsx';
import { useInstantSamples } from './use-instant-samples.ts';

interface Props {
  readonly frame: FrameProps;
  readonly panel: PanelOf<'table'>;
  readonly queries: readonly PanelQuery[];
}

/** A row for each set of labels, a column for each label and each query. */
export function TablePanel({ frame, panel, queries }: Props) {
  const [ref, visible] = useVisible();
  const { samples, isLoading, error } = useInstantSamples(queries, visible, panel.most);
  const unit = parseUnit(panel.unit) ?? plainNumber;
  const { labels, rows } = joinSamples(samples, queries.length);
  return (
    <PanelFrame {...frame} frameRef={ref}>
      <AnswerState isEmpty={rows.length === 0} isLoading={isLoading} error={error}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className="table-scroll panel-table" tabIndex={0} aria-label={`${frame.title}: table`}>
          <table className="table">
            <thead>
              <tr>
                {labels.map((name) => (
                  <th key={name} scope="col">
                    {name.slice(0, 60)}
                  </th>
                ))}
                {queries.map(({ expr, legend }) => (
                  <th key={expr} scope="col" className="number">
                    {legend === '' ? 'value' : legend.slice(0, 60)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, panel.most).map((row) => (
                <tr key={row.key}>
                  {labels.map((name) => (
                    <td key={name} title={(row.labels[name] ?? '').slice(0, 1000)}>
                      <bdi>{(row.labels[name] ?? '').slice(0, 200)}</bdi>
                    </td>
                  ))}
                  {queries.map(({ expr }, index) => (
                    <td key={expr} className="number">
                      {formatValue(row.values[index], unit)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </AnswerState>
    </PanelFrame>
  );
}
