import { useState } from 'react';
import { Icon } from '../page/icon.tsx';
import { usePage } from '../page/page-context.ts';
import { formatMoment } from '../time/clock-text.ts';
import type { LogRow } from './log-row.ts';

const messageLengthMax = 1000;
const attributeLengthMax = 5000;

/** Log records as a table; a row opens to show all its attributes. */
export function LogTable({ rows }: { readonly rows: readonly LogRow[] }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className="log-table">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Level</th>
          <th scope="col">Service</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <LogTableRow
            key={row.key}
            row={row}
            isOpen={open === row.key}
            onToggle={() => setOpen(open === row.key ? null : row.key)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: LogRow;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function LogTableRow({ row, isOpen, onToggle }: RowProps) {
  const { nowMs, cursor } = usePage();
  const point = (seconds: number | null) => () => cursor.point(seconds);
  return (
    <>
      <tr
        className={`log-row log-${row.level || 'none'}`}
        onMouseEnter={point(row.timeMs / 1000)}
        onMouseLeave={point(null)}
      >
        <td className="log-time">
          <button type="button" onClick={onToggle} aria-expanded={isOpen} title="Show all attributes">
            <span className={isOpen ? 'log-arrow log-arrow-open' : 'log-arrow'}>
              <Icon name="chevron" size={11} />
            </span>
            <time>{formatMoment(row.timeMs, nowMs)}</time>
          </button>
        </td>
        <td className="log-level">{row.level.slice(0, 12)}</td>
        <td className="log-service" title={row.service.slice(0, 500)}>
          {row.service.slice(0, 60)}
        </td>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button in the first cell does the same by keyboard */}
        <td className="log-message" onClick={onToggle}>
          <span className="log-line">
            <bdi>{row.message.slice(0, messageLengthMax)}</bdi>
            {row.brief === '' ? null : <bdi className="log-brief">{row.brief}</bdi>}
          </span>
        </td>
      </tr>
      {isOpen ? (
        <tr className="log-more">
          <td colSpan={4}>
            {row.message.length > messageLengthMax ? (
              <pre>{row.message.slice(0, attributeLengthMax * 4)}</pre>
            ) : null}
            <dl>
              {row.attributes.map(([name, value]) => (
                <div key={name}>
                  <dt>{name.slice(0, 200)}</dt>
                  <dd>
                    <bdi>{value.slice(0, attributeLengthMax)}</bdi>
                  </dd>
                </div>
              ))}
            </dl>
          </td>
        </tr>
      ) : null}
    </>
  );
}
