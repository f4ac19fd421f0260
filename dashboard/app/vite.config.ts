import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { createFirstChunk } from './first-chunk.ts';
import { precompress } from './precompress.ts';

// `vite build dashboard/app` writes to dashboard/dist, which the dashboard's server serves.
// Nothing is inlined as data: or script, so that the page's content security policy can stay strict.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), precompress()],
  build: {
    outDir: fileURLToPath(new URL('../dist', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ debugName: 'first', name: createFirstChunk() }] } },
    },
    chunkSizeWarningLimit: 1000,
  },
});
