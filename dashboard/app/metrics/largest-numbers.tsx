import { formatNumber, formatValue } from '@tocsin/chart/units/format.ts';
import type { NamedCount, StorageStatus } from '../api/status.ts';

const shownMax = 10;

/** Where the number of series comes from: what to look at when there are too many. */
export function LargestNumbers({ status }: { readonly status: StorageStatus }) {
  return (
    <section aria-label="Cardinality" className="cards">
      <Top title="Series by metric" counts={status.byMetric} />
      <Top title="Values by label" counts={status.valuesByLabel} />
      <Top title="Series by label and value" counts={status.byPair} />
      <Top title="Memory by label" counts={status.bytesByLabel} isBytes />
    </section>
  );
}

interface TopProps {
  readonly title: string;
  readonly counts: readonly NamedCount[];
  readonly isBytes?: boolean;
}

function Top({ title, counts, isBytes = false }: TopProps) {
  const most = counts[0]?.value ?? 1;
  return (
    <div className="card">
      <h2>{title}</h2>
      <ol className="top-list">
        {counts.slice(0, shownMax).map(({ name, value }) => (
          <li key={name}>
            <span className="top-bar" style={{ width: `${(100 * value) / most}%` }} />
            <span className="mono top-name" title={name.slice(0, 1000)}>
              <bdi>{name.slice(0, 100)}</bdi>
            </span>
            <span>{isBytes ? formatValue(value, { kind: 'bytes' }) : formatNumber(value)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
