import './page/component-styles.ts';
import 'uplot/dist/uPlot.min.css';
import './page/page.css';
import './page/layers.css';
import './page/query-box.css';
import './page/empty-layer.css';
import './page/sections.css';
import './panel/panels.css';
import './panel/tiles.css';
import './panel/legend.css';
import './chart/chart.css';
import './alerts/alerts.css';
import './logs/logs.css';
import './notifications/notifications.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { CrashGuard } from './page/crash-guard.tsx';
import { Page } from './page/page.tsx';
import { fetchPage } from './page/page-routes.tsx';
import { createQueries } from './page/queries.ts';
import { theme } from './page/theme.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('Cannot draw the page: index.html has no element "page"');

const drawn = createRoot(root);
// Not awaited: what it fetches imports from this module, and would wait for its end.
void fetchPage(location.pathname).then(() =>
  drawn.render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <CrashGuard>
          <QueryClientProvider client={createQueries()}>
            {/* What the reader chose is shown before anything else is: a page busy drawing must not act on an older choice. */}
            <BrowserRouter useTransitions={false}>
              <Page />
            </BrowserRouter>
          </QueryClientProvider>
        </CrashGuard>
      </MantineProvider>
    </StrictMode>,
  ),
);
