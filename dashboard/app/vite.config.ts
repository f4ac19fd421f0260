import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { createFirstChunk } from './first-chunk.ts';
import { precompress } from './precompress.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const begin = here('./begin/begin.ts');

// `vite build dashboard/app` writes to dashboard/dist, which the dashboard's server serves.
// Nothing is inlined as data: or script, so that the page's content security policy can stay strict.
export default defineConfig({
  root: here('.'),
  plugins: [react(), precompress()],
  build: {
    outDir: here('../dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here('./index.html'), begin },
      output: {
        codeSplitting: { groups: [{ debugName: 'first', name: createFirstChunk((id) => id === begin) }] },
      },
    },
    chunkSizeWarningLimit: 1000,
  },
});
