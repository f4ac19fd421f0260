import type { Panel, PanelBand } from '@tocsin/chart/panel/panel.ts';
import { plainNumber } from '@tocsin/chart/units/unit.ts';
import { getLabel } from '@tocsin/protocol/labels/labels.ts';
import type { Nights } from '../history/nights.ts';
import type { Firing } from '../quality/firings.ts';
import type { Period } from './period.ts';

const STEPS = 480;
const SEVERITIES_MAX = 5;
const HOUR_MS = 3_600_000;

/** How many alerts fired at once over the period, by severity, with its nights in the background. */
export function firingPanel(firings: readonly Firing[], { fromMs, toMs }: Period, nights: Nights): Panel {
  const stepMs = (toMs - fromMs) / STEPS;
  const bySeverity = Map.groupBy(firings, ({ labels }) => getLabel(labels, 'severity') || 'no severity');
  const timesMs = Array.from({ length: STEPS + 1 }, (_, i) => fromMs + i * stepMs);
  return {
    title: 'Alerts firing at once',
    subtitle: 'nights in grey',
    fromMs,
    toMs,
    unit: plainNumber,
    series: [...bySeverity]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, SEVERITIES_MAX)
      .map(([name, own]) => ({ name, timesMs, values: countsOf(own, fromMs, stepMs) })),
    bands: nightBands(fromMs, toMs, nights),
    thresholds: [],
    gapMs: null,
    emptyText: 'no alert fired',
  };
}

/** In each step the most that fired at any moment of it, so that a short one is seen. */
function countsOf(firings: readonly Firing[], fromMs: number, stepMs: number): readonly number[] {
  const counts = new Array<number>(STEPS + 1).fill(0);
  for (const { fromMs: start, toMs: end } of firings) {
    const first = Math.max(0, Math.floor((start - fromMs) / stepMs));
    const last = end === null ? STEPS : Math.min(STEPS, Math.floor((end - fromMs) / stepMs));
    for (let i = first; i <= last; i++) counts[i]!++;
  }
  return counts;
}

function nightBands(fromMs: number, toMs: number, nights: Nights): readonly PanelBand[] {
  const bands: PanelBand[] = [];
  let open: number | null = null;
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += HOUR_MS) {
    const isNight = nights.nightOf(timeMs) !== null;
    if (isNight) open ??= timeMs;
    if (open !== null && (!isNight || timeMs + HOUR_MS > toMs)) {
      bands.push({ fromMs: open, toMs: isNight ? toMs : timeMs, tone: 'neutral', label: '' });
      open = null;
    }
  }
  return bands;
}
