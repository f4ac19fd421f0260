import { type CSSProperties, type RefObject, useEffect, useRef, useState } from 'react';
import type { ChartLine } from '../chart/time-chart.ts';
import { makeRoom, roomFor } from './legend-value.ts';

interface Props {
  readonly lines: readonly ChartLine[];
  /** Filled by the panel without drawing it anew: the cursor moves often. */
  readonly values: RefObject<(HTMLElement | null)[]>;
  readonly latest: readonly string[];
  readonly onPick: (index: number) => void;
}

const shownMax = 12;

/** The lines' names and their values at the cursor, or the latest ones. A click shows one line alone. */
export function Legend({ lines, values, latest, onPick }: Props) {
  const list = useRef<HTMLUListElement>(null);
  // Made with it, so that nothing is laid out twice; later it only grows.
  const [room] = useState(() => roomFor(latest));
  useEffect(() => {
    for (const text of latest) makeRoom(list.current, text);
  }, [latest]);
  return (
    <ul className="legend" aria-label="Lines" ref={list} style={{ '--value-length': room } as CSSProperties}>
      {lines.slice(0, shownMax).map((line, index) => (
        <li key={line.key}>
          <button
            type="button"
            className={line.shown ? 'legend-item' : 'legend-item legend-off'}
            aria-pressed={line.shown}
            title={`${line.name.slice(0, 500)}: show this line alone, or all again`}
            style={{ '--line-colour': line.colour } as CSSProperties}
            onClick={() => onPick(index)}
          >
            <bdi className="legend-name">{line.name.slice(0, 200)}</bdi>
            <span
              className="legend-value"
              ref={(element) => {
                values.current[index] = element;
              }}
            >
              {latest[index]}
            </span>
          </button>
        </li>
      ))}
      {lines.length > shownMax ? <li className="legend-rest">and {lines.length - shownMax} more</li> : null}
    </ul>
  );
}
