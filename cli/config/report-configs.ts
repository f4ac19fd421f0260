import type { ReportConfig } from '@tocsin/alerting/reports/report-config.ts';
import type { LoadedConfig } from './load-config.ts';

/** The reports of the configuration. */
export function reportConfigs({ values }: LoadedConfig): readonly ReportConfig[] {
  return values.reports.map(({ every, at, time_zone, receiver, title, graphs }) => ({
    every,
    at,
    timeZone: time_zone,
    receiver,
    title,
    graphs: graphs.map(({ title: graphTitle, expr }) => ({ title: graphTitle, expression: expr })),
  }));
}
