import { formatUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import { initialState, type PageState, timeAddress } from '../address/address.ts';
import type { Panel } from '../layout/panel.ts';

let known: { readonly offset: number; readonly name: string } | undefined;

/** The time zone this browser shows times in; it costs a millisecond to find out, and every panel asks. */
function timeZone(): string {
  const offset = new Date().getTimezoneOffset();
  if (known?.offset !== offset) known = { offset, name: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return known.name;
}

/** Where the server draws a panel over the time shown, for a mail, a wiki or a script. */
export function pictureAddress(
  panel: Panel,
  state: PageState,
  theme: 'light' | 'dark',
  format: 'png' | 'pdf',
): string {
  const params = new URLSearchParams(timeAddress({ ...state, refreshSeconds: initialState.refreshSeconds }));
  params.set('title', panel.title.slice(0, 200));
  params.set('unit', formatUnit(panel.unit));
  for (const { expr, legend } of panel.queries) {
    params.append('expr', expr);
    params.append('legend', legend);
  }
  if (panel.draw === 'stacked' || panel.draw === 'area' || panel.draw === 'bars')
    params.set('look', panel.draw);
  if (theme === 'dark') params.set('theme', theme);
  params.set('tz', timeZone());
  return `/api/tocsin/v1/render/panel.${format}?${params}`;
}

/** Where the server makes a PDF of a whole dashboard, as the address shows it. */
export function dashboardPdfAddress(name: string, search: string): string {
  const params = new URLSearchParams(search);
  params.set('tz', timeZone());
  return `/api/tocsin/v1/render/dashboards/${encodeURIComponent(name)}.pdf?${params}`;
}
