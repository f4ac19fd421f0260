/** What a metric is about; the one label that lets a dashboard put all three over one another. */
export type Layer = 'business' | 'usage' | 'system';

// What prom-client's default metrics of the process and of Node are called.
const SYSTEM = /^(process_|nodejs_|tocsin_)/;

/** Which layer each metric belongs to: the one it was made with, or by its name, or `other`. */
export function createLayers(other: Layer): {
  set(metric: string, layer: Layer): void;
  of(metric: string): Layer;
} {
  const chosen = new Map<string, Layer>();
  return {
    set: (metric, layer) => void chosen.set(metric, layer),
    of: (metric) => chosen.get(metric) ?? (SYSTEM.test(metric) ? 'system' : other),
  };
}
