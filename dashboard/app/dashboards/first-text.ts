import { stringify } from 'yaml';

/** What stands in a new dashboard's file: something to see, and to change. */
export const firstText = (title: string): string =>
  `${stringify({ title })}sections:
  - title: First section
    panels:
      - draw: timeseries
        title: Requests answered by Tocsin
        unit: none/s
        queries:
          - expr: sum by (part) (rate(tocsin_http_requests_total[$window]))
            legend: "{{part}}"
      - draw: stat
        title: Series in memory
        queries:
          - sum(tocsin_store_series)
      - draw: text
        title: What now
        markdown: |
          Change the file on the left; the page on the right follows.
          Kinds of panels: timeseries, stat, gauge, bar, table, heatmap, logs, alerts, text, slo, funnel, stickiness.
`;

/** A file name made of a title, one that is not taken yet. */
export function nameFor(title: string, known: readonly string[]): string {
  const base =
    title
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'dashboard';
  let name = base;
  for (let count = 2; known.includes(name); count++) name = `${base}-${count}`;
  return name;
}
