import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDashboard } from '@tocsin/dashboard/files/check-dashboard.ts';
import { loadDashboard } from '@tocsin/dashboard/files/load-dashboard.ts';
import { writeDashboard } from '@tocsin/dashboard/grafana/write-dashboard.ts';
import { curatedPanels } from '../layout/curated.ts';
import { layers } from '../layout/panel.ts';
import { overviewSource } from './overview-source.ts';

test('everything that is shipped can be saved as a dashboard, and loads as one', () => {
  const contents = layers.map((layer) => ({
    layer,
    content: {
      headlines: [],
      gauges: [],
      panels: curatedPanels.filter((panel) => panel.layer === layer),
      more: [],
    },
  }));
  const loaded = loadDashboard('overview.yml', writeDashboard(overviewSource(contents)));
  assert.deepEqual(checkDashboard(loaded), []);
  const panels = loaded.dashboard.sections.flatMap((section) => section.panels);
  assert.equal(panels.length, curatedPanels.length);
});
