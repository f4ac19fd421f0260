import { Skeleton } from '@mantine/core';
import { colourOf } from '@tocsin/chart/colours/colours.ts';
import { formatValue } from '@tocsin/chart/units/format.ts';
import { unitName } from '@tocsin/chart/units/unit.ts';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { isDown } from '../api/ask.ts';
import type { ChartContent } from '../chart/time-chart.ts';
import { TimeChartView } from '../chart/time-chart-view.tsx';
import type { Panel } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { fill } from '../promql/fill.ts';
import { alignLines, breakGaps } from '../series/columns.ts';
import { bareName } from '../series/line.ts';
import { pictureAddress } from '../share/picture-address.ts';
import { Legend } from './legend.tsx';
import { writeValue } from './legend-value.ts';
import { PanelFrame } from './panel-frame.tsx';
import { PanelNote } from './panel-note.tsx';
import { areBegun, usePanelLines } from './use-panel-lines.ts';
import { useVisible } from './use-visible.ts';

const linesMax = 40;

interface Props {
  readonly panel: Panel;
  readonly wide?: boolean;
  /** What stands in the panel's corner beside its unit. */
  readonly links?: ReactNode;
}

/** A panel that draws its queries over the page's time. */
export function TimePanel({ panel, wide = false, links }: Props) {
  const page = usePage();
  const { state, bands, scheme, openQuery } = page;
  const [ref, visible] = useVisible(() => areBegun(panel.queries, page.window));
  const { lines, warnings, isLoading, error, window } = usePanelLines(panel.queries, visible);
  const [alone, setAlone] = useState<string | null>(null);
  const values = useRef<(HTMLElement | null)[]>([]);

  const drawn = useMemo(() => lines.slice(0, linesMax), [lines]);
  const shownAlone = alone !== null && drawn.some(({ name }) => name === alone) ? alone : null;
  const content = useMemo<ChartContent>(
    () => ({
      columns: breakGaps(alignLines(drawn), window.stepSeconds * 2.5),
      lines: drawn.map(({ name, labels }, index) => ({
        key: `${name} ${bareName(labels)}`,
        name: name === '' ? panel.title : name,
        colour: colourOf(name, index),
        shown: shownAlone === null || shownAlone === name,
      })),
      unit: panel.unit,
      look:
        panel.draw === 'stacked' && shownAlone === null
          ? 'stacked'
          : panel.draw === 'bars'
            ? 'bars'
            : panel.draw === 'area' && drawn.length === 1
              ? 'area'
              : 'lines',
      min: panel.min,
      max: panel.max,
      thresholds: panel.thresholds,
      window,
      bands,
    }),
    [drawn, window, bands, shownAlone, panel],
  );
  const picture = useMemo(() => pictureAddress(panel, state, scheme, 'png'), [panel, state, scheme]);
  const latest = drawn.map((line) => formatValue(line.values.at(-1), panel.unit));
  const latestRef = useRef(latest);
  latestRef.current = latest;

  const onValues = useCallback(
    (at: readonly (number | null)[] | null) => {
      for (const [index, element] of values.current.entries()) {
        if (!element) continue;
        const text = at === null ? (latestRef.current[index] ?? '') : formatValue(at[index], panel.unit);
        writeValue(element, text);
      }
    },
    [panel.unit],
  );

  return (
    <PanelFrame
      title={panel.title}
      help={panel.help}
      corner={unitName(panel.unit)}
      frameRef={ref}
      wide={wide}
      links={links}
      picture={picture}
      onQuery={() => openQuery(fill(panel.queries[0]?.expr ?? '', window))}
    >
      {error !== null && drawn.length === 0 ? (
        <PanelNote tone={isDown(error) ? 'quiet' : 'bad'}>{error.message.slice(0, 300)}</PanelNote>
      ) : drawn.length === 0 && isLoading ? (
        <Skeleton className="panel-loading" />
      ) : drawn.length === 0 ? (
        <PanelNote>Nothing was recorded in this time.</PanelNote>
      ) : (
        <>
          <TimeChartView label={panel.title} content={content} onValues={onValues} />
          <Legend
            lines={content.lines}
            values={values}
            latest={latest}
            onPick={(index) =>
              setAlone((now) => (now === drawn[index]?.name ? null : (drawn[index]?.name ?? null)))
            }
          />
        </>
      )}
      {error !== null && drawn.length > 0 && !isDown(error) ? (
        <p className="panel-foot panel-foot-bad">{error.message.slice(0, 200)}</p>
      ) : null}
      {lines.length > linesMax ? (
        <p className="panel-foot">
          {linesMax} of {lines.length} lines are drawn.
        </p>
      ) : null}
      {warnings.length > 0 && wide ? <p className="panel-foot">{warnings[0]?.slice(0, 300)}</p> : null}
    </PanelFrame>
  );
}
