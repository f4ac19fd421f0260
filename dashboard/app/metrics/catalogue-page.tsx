import { NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { formatNumber } from '@tocsin/chart/units/format.ts';
import { unitOf } from '@tocsin/chart/units/unit.ts';
import { useMemo } from 'react';
import { labelValues, metricNames, queryInstant } from '../api/prometheus.ts';
import { storageStatus } from '../api/status.ts';
import { familiesOf, type MetricFamily } from '../discovery/family.ts';
import { layers } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { useDiscovery } from '../page/use-discovery.ts';
import { useParameter } from '../page/use-parameter.ts';
import { useTitle } from '../page/use-title.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { quote } from '../promql/text.ts';
import { LargestNumbers } from './largest-numbers.tsx';
import { MetricDetail } from './metric-detail.tsx';
import './catalogue.css';

const listedMax = 300;
const countedSeriesMax = 200_000;

/** Which metrics there are, what they mean, who sends them and how many series they have. */
export default function CataloguePage() {
  useTitle('Metrics');
  const { window } = usePage();
  const { discovery, error } = useDiscovery();
  const [text, setText] = useParameter('find');
  const [layer, setLayer] = useParameter('layer');
  const [sender, setSender] = useParameter('from');
  const [order, setOrder] = useParameter('order', 'name');
  const [chosen, setChosen] = useParameter('metric');
  const status = useQuery({ queryKey: ['storage status'], queryFn: ({ signal }) => storageStatus(signal) });
  const minute = Math.floor(window.endMs / 60_000);
  const senders = useQuery({
    queryKey: ['senders', minute],
    queryFn: ({ signal }) => labelValues('job', window, signal),
    placeholderData: keepPreviousData,
  });
  const sent = useQuery({
    queryKey: ['sent by', sender, minute],
    queryFn: async ({ signal }) => new Set(await metricNames(`{job=${quote(sender)}}`, window, signal)),
    placeholderData: keepPreviousData,
    enabled: sender !== '',
  });
  const families = useMemo(
    () => (discovery === undefined ? [] : familiesOf(discovery.names.all, discovery.metadata)),
    [discovery],
  );
  // The status tells the largest metrics only; to count all of them, all series are looked at.
  const counted = useQuery({
    queryKey: ['series by metric', minute],
    queryFn: ({ signal }) =>
      queryInstant('count by (__name__) ({__name__!=""})', window.endMs, signal, 10_000),
    placeholderData: keepPreviousData,
    enabled: (status.data?.series ?? Number.POSITIVE_INFINITY) <= countedSeriesMax,
  });
  const counts = useMemo(
    () =>
      new Map(
        counted.data?.map(({ labels, value }) => [labels['__name__'] ?? '', value]) ??
          status.data?.byMetric.map(({ name, value }) => [name, value]),
      ),
    [counted.data, status.data],
  );
  const layerOf = useMemo(() => {
    const found = new Map<string, string>();
    for (const one of layers) for (const name of discovery?.names[one] ?? []) found.set(name, one);
    return found;
  }, [discovery]);

  if (discovery === undefined) {
    return error === null ? (
      <Skeleton height={300} />
    ) : (
      <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
    );
  }
  const seriesOf = ({ members }: MetricFamily) =>
    members.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  const wanted = text.trim().toLowerCase();
  const found = families.filter(
    (family) =>
      `${family.name} ${family.help}`.toLowerCase().includes(wanted) &&
      (layer === '' || family.members.some((name) => (layerOf.get(name) ?? 'none') === layer)) &&
      (sender === '' || sent.data === undefined || family.members.some((name) => sent.data.has(name))),
  );
  if (order === 'series') found.sort((a, b) => seriesOf(b) - seriesOf(a));
  const detail = families.find(({ name }) => name === chosen);

  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>Metrics</h1>
        <p>
          {families.length} metrics
          {status.data === undefined ? '' : `, ${formatNumber(status.data.series)} series in memory`}
        </p>
      </div>
      <search className="row">
        <TextInput
          size="xs"
          className="grow"
          aria-label="Text in name or description"
          placeholder="Text in name or description"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          aria-label="Layer"
          value={layer}
          onChange={(event) => setLayer(event.currentTarget.value)}
          data={[{ value: '', label: 'all layers' }, ...layers, { value: 'none', label: 'no layer' }]}
        />
        <NativeSelect
          size="xs"
          aria-label="Sent by"
          value={sender}
          onChange={(event) => setSender(event.currentTarget.value)}
          data={[
            { value: '', label: 'all senders' },
            ...(senders.data ?? (sender === '' ? [] : [sender])).map((value) => ({
              value,
              label: value.slice(0, 80),
            })),
          ]}
        />
        <NativeSelect
          size="xs"
          aria-label="Order"
          value={order}
          onChange={(event) => setOrder(event.currentTarget.value)}
          data={[
            { value: 'name', label: 'by name' },
            { value: 'series', label: 'most series first' },
          ]}
        />
        <span className="quiet" role="status">
          {found.length}
        </span>
      </search>
      {detail === undefined ? null : (
        <MetricDetail
          key={detail.name}
          family={detail}
          layer={layers.find((one) => one === layerOf.get(detail.members[0] ?? '')) ?? 'system'}
          series={seriesOf(detail)}
          onClose={() => setChosen('')}
        />
      )}
      {found.length === 0 ? (
        <PanelNote>
          {families.length === 0 ? 'Nothing was recorded in this time.' : 'No metric matches.'}
        </PanelNote>
      ) : (
        <section className="table-scroll" aria-label="Metrics">
          <table className="table catalogue">
            <thead>
              <tr>
                <th scope="col">Metric</th>
                <th scope="col">Kind</th>
                <th scope="col">Unit</th>
                <th scope="col">Layer</th>
                <th scope="col" className="number">
                  Series
                </th>
                <th scope="col">What it is</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, listedMax).map((family) => (
                <tr key={family.name} aria-current={family.name === chosen ? true : undefined}>
                  <td>
                    <button type="button" className="mono" onClick={() => setChosen(family.name, 'push')}>
                      {family.name.slice(0, 120)}
                    </button>
                  </td>
                  <td>{family.kind}</td>
                  <td>{unitText(family)}</td>
                  <td>{layerOf.get(family.members[0] ?? '') ?? ''}</td>
                  <td className="number">
                    {family.members.some((name) => counts.has(name)) ? seriesOf(family) : ''}
                  </td>
                  <td>
                    <bdi>{family.help.slice(0, 200)}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {found.length > listedMax ? <p className="quiet">The first {listedMax} are listed.</p> : null}
      {status.data === undefined ? null : <LargestNumbers status={status.data} />}
    </div>
  );
}

const unitText = ({ name, unit }: MetricFamily): string => {
  const known = unitOf(name, unit);
  return known.code ?? (known.kind === 'number' ? unit.slice(0, 20) : known.kind);
};
