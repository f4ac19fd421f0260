import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  type Metric,
  type Registry,
  Summary,
  type SummaryConfiguration,
} from 'prom-client';
import { guard } from './guard.ts';
import type { createLayers, Layer } from './layer.ts';

/** prom-client's own settings of a metric; the registry is the agent's, and the layer is said here. */
type Settings<Configuration> = Omit<Configuration, 'registers'> & { readonly layer?: Layer };

export interface MetricFactory {
  counter<T extends string = string>(settings: Settings<CounterConfiguration<T>>): Counter<T>;
  gauge<T extends string = string>(settings: Settings<GaugeConfiguration<T>>): Gauge<T>;
  histogram<T extends string = string>(settings: Settings<HistogramConfiguration<T>>): Histogram<T>;
  summary<T extends string = string>(settings: Settings<SummaryConfiguration<T>>): Summary<T>;
}

/**
 * Makes prom-client metrics that never throw while the service works. Asking again for a name gives the metric
 * that has it, when it is of the same kind. A metric that cannot be made (a name Prometheus does not know) is
 * reported and leads nowhere, but can be used.
 */
export function createMetricFactory(
  registry: Registry,
  layers: ReturnType<typeof createLayers>,
  onMisuse: (error: unknown) => void,
): MetricFactory {
  const make = <M extends Metric, S extends { name: string; layer?: Layer }>(
    kind: { new (configuration: never): M },
    { layer, ...settings }: S,
  ): M => {
    try {
      const known: unknown = registry.getSingleMetric(settings.name);
      if (known instanceof kind) return known;
      const metric = Reflect.construct(kind, [{ ...settings, registers: [registry] }]);
      if (layer) layers.set(settings.name, layer);
      return guard(metric, onMisuse);
    } catch (error) {
      onMisuse(error);
      return guard(
        Reflect.construct(kind, [{ name: 'unusable', help: 'Leads nowhere.', registers: [] }]),
        onMisuse,
      );
    }
  };
  return {
    counter: (settings) => make(Counter<never>, settings),
    gauge: (settings) => make(Gauge<never>, settings),
    histogram: (settings) => make(Histogram<never>, settings),
    summary: (settings) => make(Summary<never>, settings),
  };
}
