import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { formatNumber, formatValue } from '@tocsin/chart/units/format.ts';
import { lazy, Suspense, useMemo } from 'react';
import { Link } from 'react-router';
import { exploreAddress } from '../address/address.ts';
import { arrangeLayer } from '../layout/arrange.ts';
import { curatedPanels } from '../layout/curated.ts';
import { layers } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { useDiscovery } from '../page/use-discovery.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { formatMoment } from '../time/clock-text.ts';
import { findMoved, type Interval, type Moved } from './find-moved.ts';
import './moved.css';

const Sparkline = lazy(() => import('../drawing/sparkline.tsx'));
const shownAtFirst = 12;

interface Props {
  readonly interval: Interval;
  readonly onClose: () => void;
}

/** What else was unusual in an interval, over all layers, most unusual first. */
export default function MovedSection({ interval, onClose }: Props) {
  const { nowMs, zoom } = usePage();
  const { discovery } = useDiscovery();
  const panels = useMemo(() => {
    if (discovery === undefined) return undefined;
    return layers.flatMap((layer) => {
      const {
        gauges,
        panels: shown,
        more,
      } = arrangeLayer(layer, discovery, { panels: curatedPanels, headlines: [] });
      return [...gauges, ...shown, ...more];
    });
  }, [discovery]);
  const { data, error } = useQuery({
    // More panels become known while the layers are discovered.
    queryKey: ['moved', interval.fromMs, interval.toMs, panels?.map(({ id }) => id).join() ?? ''],
    queryFn: ({ signal }) => findMoved(panels ?? [], interval, signal),
    enabled: panels !== undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card moved" aria-label="What else moved">
      <div className="row">
        <h2>
          What else moved {formatMoment(interval.fromMs, nowMs)} – {formatMoment(interval.toMs, nowMs)}
        </h2>
        <span className="quiet">
          {data === undefined
            ? ''
            : `${data.looked} lines looked at, against the time before; ${data.moved.length} were unusual`}
        </span>
        <span className="sheet-end">
          <Button size="compact-xs" variant="default" onClick={() => zoom(interval.fromMs, interval.toMs)}>
            Zoom there
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={onClose}>
            Close
          </Button>
        </span>
      </div>
      {error !== null ? (
        <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
      ) : data === undefined ? (
        <Skeleton height={90} />
      ) : data.moved.length === 0 ? (
        <p>Nothing else was unusual then.</p>
      ) : (
        <MovedList moved={data.moved} />
      )}
    </section>
  );
}

function MovedList({ moved }: { readonly moved: readonly Moved[] }) {
  const { state } = usePage();
  return (
    <ol className="moved-list">
      {moved.slice(0, shownAtFirst * 5).map(({ panel, layer, name, expr, line, movement }) => (
        <li key={`${panel.id} ${expr} ${JSON.stringify(line.labels)}`} className={`layer-${layer}`}>
          <Link
            to={{ pathname: '/explore', search: exploreAddress(state, expr) }}
            title={panel.help || panel.title}
          >
            <span className="moved-layer">{layer}</span>
            <strong>{panel.title.slice(0, 60)}</strong>{' '}
            {name === '' || name === 'none' ? null : <bdi className="quiet">{name.slice(0, 60)}</bdi>}
            <span className="moved-how">
              {movement.kind}: {formatValue(movement.before, panel.unit)} →{' '}
              {formatValue(movement.during, panel.unit)}
            </span>
          </Link>
          <span className="moved-trend" aria-hidden="true">
            <Suspense>
              <Sparkline values={line.values} width={110} height={24} />
            </Suspense>
          </span>
          <span className="quiet" title="Deviations from what it usually does">
            {formatNumber(movement.score)}σ
          </span>
        </li>
      ))}
    </ol>
  );
}
