import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compileHints } from './compile-hints.ts';
import { precompress } from './precompress.ts';
import { refuseUnstyled } from './unstyled-classes.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const begin = here('./begin/begin.ts');

// `vite build dashboard/app` writes to dashboard/dist, which the dashboard's server serves.
// Nothing is inlined as data: or script, so that the page's content security policy can stay strict.
export default defineConfig({
  root: here('.'),
  plugins: [
    react(),
    refuseUnstyled(),
    compileHints(['begin', 'index', 'dashboard', 'overview']),
    precompress(),
  ],
  build: {
    outDir: here('../dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here('./index.html'), begin },
      output: {
        // A browser opens six connections: what a first view needs comes in a few files instead of two dozen, each with all that it
        // imports and no earlier one has. `$initial` knows what of a library is used at once, and what only by later pages.
        codeSplitting: {
          groups: [
            { name: 'begin', test: /begin[\\/]begin\.ts$|rolldown[\\/]runtime/, priority: 3 },
            { name: 'first', tags: ['$initial'], priority: 2 },
            { name: 'dashboard', test: /dashboards[\\/]dashboard-page\.tsx$/, priority: 1 },
            { name: 'overview', test: /page[\\/]shared-dashboard\.tsx$/ },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 1000,
  },
});
