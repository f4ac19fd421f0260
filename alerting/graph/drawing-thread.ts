import { fileURLToPath } from 'node:url';
import { drawPanel } from '@tocsin/chart/panel/draw-panel.ts';
import type { Panel, PanelOptions } from '@tocsin/chart/panel/panel.ts';
import { createRasterizer, RASTERIZER_FILES } from '@tocsin/chart/raster/rasterizer.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { Calls, Handover } from '@tocsin/runtime/threads/calls.ts';
import type { ServeThread } from '@tocsin/runtime/threads/thread.ts';

/** The thread of `createThreadDrawer`: answers the call `png` with panel, options and scale. */
export const serve: ServeThread = (port) => {
  const read = (url: string) => systemDisk.readFile(fileURLToPath(url));
  const loading = Promise.all([read(RASTERIZER_FILES.wasm), ...RASTERIZER_FILES.fonts.map(read)]).then(
    ([wasm, ...fonts]) => createRasterizer({ wasm, fonts }),
  );
  // The first call is told.
  loading.catch(() => undefined);
  new Calls(port, async (_method, args) => {
    const rasterizer = await loading;
    const [panel, options, scale] = args as [Panel, Partial<PanelOptions>, number];
    const png = rasterizer.png(drawPanel(panel, options), scale);
    return new Handover(png, [png.buffer as ArrayBuffer]);
  });
};
