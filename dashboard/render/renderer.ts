import { fileURLToPath } from 'node:url';
import { createRasterizer, RASTERIZER_FILES, type Rasterizer } from '@tocsin/chart/raster/rasterizer.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Dashboard, DashboardPanel } from '../files/dashboard-schema.ts';
import { interpolateText, type VariableValues } from '../files/interpolate.ts';
import { repeated, sectionsOf } from '../files/sections.ts';
import { StoreError } from '../store/store-error.ts';
import { type AskRange, drawImage } from './draw-image.ts';
import type { RenderLook } from './render-request.ts';
import { type PdfItem, writePdf } from './write-pdf.ts';

export type Format = 'svg' | 'png' | 'pdf';

/** Draws panels and whole dashboards without a browser. */
export interface Renderer {
  panel(panel: DashboardPanel, look: RenderLook, format: Format): Promise<Uint8Array>;
  dashboard(dashboard: Dashboard, values: VariableValues, look: RenderLook): Promise<Uint8Array>;
}

const atOnceMax = 4;
const panelsMax = 60;
const repeatsMax = 12;
const scale = 2;
const none: VariableValues = new Map();

export function createRenderer(disk: Pick<Disk, 'readFile'>, ask: AskRange, now: () => number): Renderer {
  let tools: Promise<{ readonly rasterizer: Rasterizer; readonly font: Uint8Array }> | undefined;
  // Loaded when first needed: most dashboards never draw a picture.
  const load = () => {
    const read = (url: string) => disk.readFile(fileURLToPath(url));
    tools ??= (async () => {
      const [wasm, ...fonts] = await Promise.all(
        [RASTERIZER_FILES.wasm, ...RASTERIZER_FILES.fonts].map(read),
      );
      if (wasm === undefined || fonts[0] === undefined)
        throw new Error('Cannot draw: the renderer’s files are missing');
      return { rasterizer: await createRasterizer({ wasm, fonts }), font: fonts[0] };
    })();
    tools.catch(() => {
      tools = undefined;
    });
    return tools;
  };
  let running = 0;
  async function limited<Value>(work: () => Promise<Value>): Promise<Value> {
    if (running >= atOnceMax)
      throw new StoreError(503, `${atOnceMax} pictures are being drawn already; try again`);
    running++;
    try {
      return await work();
    } finally {
      running--;
    }
  }

  async function pdf(title: string, look: RenderLook, items: readonly PdfItem[]): Promise<Uint8Array> {
    const { font } = await load();
    const [from, to] = [look.window.fromMs, look.window.endMs].map((ms) =>
      new Date(ms).toISOString().slice(0, 16),
    );
    return writePdf({ title, subtitle: `${from} – ${to} UTC`, items }, font, new Date(now()));
  }
  const imageOf = async (svg: string, look: RenderLook, columns: number): Promise<PdfItem> => {
    const { rasterizer } = await load();
    return { kind: 'image', png: rasterizer.png(svg, scale), columns, ratio: look.height / look.width };
  };

  return {
    panel: (panel, look, format) =>
      limited(async () => {
        const svg = await drawImage(panel, none, look, ask);
        if (svg === null) throw new StoreError(422, `a panel of the kind ${panel.draw} cannot be drawn`);
        if (format === 'svg') return new TextEncoder().encode(svg);
        if (format === 'png') return (await load()).rasterizer.png(svg, scale);
        return pdf(panel.title || 'Panel', look, [await imageOf(svg, look, 12)]);
      }),
    dashboard: (dashboard, values, look) =>
      limited(async () => {
        const items: PdfItem[] = [];
        const left: string[] = [];
        let drawn = 0;
        for (const section of sectionsOf(dashboard)) {
          for (const { values: inSection } of repeated(section.repeat, values, repeatsMax)) {
            if (section.title !== '')
              items.push({ kind: 'heading', text: interpolateText(section.title, inSection) });
            for (const panel of section.panels) {
              for (const { values: own } of repeated(panel.repeat, inSection, repeatsMax)) {
                const title = interpolateText(panel.title, own) || panel.draw;
                if (panel.draw === 'text') {
                  items.push({ kind: 'text', text: `${title}\n${interpolateText(panel.markdown, own)}` });
                  continue;
                }
                const width = Math.max(panel.width ?? 4, 4);
                const size = { ...look, width: width * 80, height: 260 };
                const svg = drawn < panelsMax ? await drawImage(panel, own, size, ask) : null;
                if (svg === null) left.push(title);
                else {
                  drawn++;
                  items.push(await imageOf(svg, size, width));
                }
              }
            }
          }
        }
        if (left.length > 0) items.push({ kind: 'text', text: `Only on the page: ${left.join(', ')}.` });
        return pdf(dashboard.title, look, items);
      }),
  };
}
