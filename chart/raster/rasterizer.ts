import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Makes PNGs of SVG documents, the same bytes on every machine: the renderer is WebAssembly, and fonts come with it. */
export interface Rasterizer {
  /** `scale` is pixels for each unit of the document. @throws Error on what is no SVG, RangeError when it would be too large */
  png(svg: string, scale?: number): Uint8Array;
}

export interface RasterizerFiles {
  /** Of @resvg/resvg-wasm, see RASTERIZER_FILES. */
  readonly wasm: Uint8Array;
  /** TrueType or OpenType. */
  readonly fonts: readonly Uint8Array[];
}

/** Where the renderer and the fonts lie, as file: URLs; this folder reads no files. */
export const RASTERIZER_FILES = {
  wasm: import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'),
  fonts: [
    import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  ],
};

const FONT_FAMILY = 'DejaVu Sans';
/** Of one image; four bytes each. */
const PIXELS_MAX = 16_000_000;

// The library takes its module once for each thread.
let loading: Promise<void> | null = null;

export async function createRasterizer(files: RasterizerFiles): Promise<Rasterizer> {
  loading ??= initWasm(new Uint8Array(files.wasm));
  await loading;
  const font = {
    fontBuffers: files.fonts.map((bytes) => new Uint8Array(bytes)),
    defaultFontFamily: FONT_FAMILY,
    sansSerifFamily: FONT_FAMILY,
  };
  return {
    png(svg, scale = 1) {
      if (!(scale > 0)) throw new RangeError(`Cannot draw at scale ${scale}: it must be above 0`);
      const document = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } });
      try {
        const pixels = document.width * document.height * scale ** 2;
        if (pixels > PIXELS_MAX)
          throw new RangeError(`Cannot draw ${Math.round(pixels)} pixels: the limit is ${PIXELS_MAX}`);
        const image = document.render();
        try {
          return image.asPng();
        } finally {
          image.free();
        }
      } finally {
        document.free();
      }
    },
  };
}
