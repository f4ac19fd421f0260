import { Skeleton } from '@mantine/core';
import { formatNumber } from '@tocsin/chart/units/format.ts';
import { rowsMax, type TableAnswer } from '../api/explore.ts';
import { PanelNote } from '../panel/panel-note.tsx';

const labelsMax = 12;
const valueLengthMax = 200;

/** An answer at one moment: a row a series, a column a label. */
export function ResultTable({ answer }: { readonly answer: TableAnswer | undefined }) {
  if (answer === undefined) return <Skeleton height={160} />;
  if (answer.kind === 'string') return <p className="card mono">{answer.text.slice(0, 5000)}</p>;
  if (answer.rows.length === 0)
    return <PanelNote>The answer is empty: nothing matches at this moment.</PanelNote>;
  const counts = new Map<string, number>();
  for (const { labels } of answer.rows) {
    for (const name of Object.keys(labels)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts]
    .sort(
      (a, b) =>
        Number(b[0] === '__name__') - Number(a[0] === '__name__') || b[1] - a[1] || (a[0] < b[0] ? -1 : 1),
    )
    .map(([name]) => name);
  const shown = names.slice(0, labelsMax);
  return (
    <>
      <section className="table-scroll" aria-label="Answer">
        <table className="table">
          <thead>
            <tr>
              {shown.map((name) => (
                <th key={name} scope="col">
                  {name === '__name__' ? 'metric' : name.slice(0, 60)}
                </th>
              ))}
              <th scope="col" className="number">
                value
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.rows.map(({ labels, value, histogram }) => (
              <tr key={JSON.stringify(labels)}>
                {shown.map((name) => (
                  <td key={name} className="mono" title={(labels[name] ?? '').slice(0, 2000)}>
                    <bdi>{(labels[name] ?? '').slice(0, valueLengthMax)}</bdi>
                  </td>
                ))}
                <td className="number" title={String(value)}>
                  {histogram === '' ? formatNumber(value) : histogram}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="quiet">
        {answer.isCut ? `The first ${rowsMax} series of more.` : `${answer.rows.length} series.`}
        {names.length > labelsMax ? ` ${names.length - labelsMax} more labels are not shown.` : ''}{' '}
        {answer.notes.join(' ').slice(0, 600)}
      </p>
    </>
  );
}
