/** What a metric is called and means; one value a metric, shared by all its samples. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
}

/** Takes one sample. Label values are strings; the agent adds job, instance and layer. */
export type Emit = (metric: Metric, value: number, labels?: Readonly<Record<string, string>>) => void;

/** Reads one subject of the machine. What the machine does not have is left out, not zero. */
export interface Collector {
  /** As node_exporter calls it. */
  readonly name: string;
  collect(emit: Emit): void | Promise<void>;
}

export function counter(name: string, help: string): Metric {
  return { name, type: 'counter', help };
}

export function gauge(name: string, help: string): Metric {
  return { name, type: 'gauge', help };
}
