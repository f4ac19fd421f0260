import type { Panel, PanelOptions } from '@tocsin/chart/panel/panel.ts';

/** Makes PNGs of panels. */
export interface Drawer {
  /** `scale` is pixels for each of the options' pixels. Rejects with the signal's reason when it is aborted. */
  png(panel: Panel, options: Partial<PanelOptions>, scale: number, signal: AbortSignal): Promise<Uint8Array>;
  stop(): Promise<void>;
}
