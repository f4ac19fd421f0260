import { isRange, parseAddress } from '../app/address/address.ts';
import { type TimeWindow, windowOf } from '../app/time/range.ts';
import type { DashboardPanel } from '../files/dashboard-schema.ts';
import { panelSchema } from '../files/dashboard-schema.ts';
import { StoreError } from '../store/store-error.ts';

/** What a picture is asked to show, apart from the panels. */
export interface RenderLook {
  readonly window: TimeWindow;
  readonly theme: 'light' | 'dark';
  readonly timeZone: string;
  readonly width: number;
  readonly height: number;
}

const sizes = { width: [200, 3000, 900], height: [120, 2000, 360] } as const;

/** Reads time, theme, time zone and size from an address, in the page's own words. @throws StoreError */
export function readLook(params: URLSearchParams, nowMs: number): RenderLook {
  const { range } = parseAddress(`?${params}`);
  if (range.kind === 'between' && !isRange(range.fromMs, range.toMs))
    throw new StoreError(400, 'the time is none');
  const size = (name: keyof typeof sizes): number => {
    const [least, most, usual] = sizes[name];
    const text = params.get(name);
    const value = text === null ? usual : Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new StoreError(400, `${name} is a whole number between ${least} and ${most}`);
    return value;
  };
  return {
    window: windowOf(range, nowMs),
    theme: params.get('theme') === 'dark' ? 'dark' : 'light',
    timeZone: (params.get('tz') ?? 'UTC').slice(0, 100),
    width: size('width'),
    height: size('height'),
  };
}

/** A panel given in the address: `expr` and `legend` (each several times), `title`, `unit`, `look`. @throws StoreError */
export function readPanel(params: URLSearchParams): DashboardPanel {
  const legends = params.getAll('legend');
  const result = panelSchema.safeParse({
    draw: 'timeseries',
    title: (params.get('title') ?? '').slice(0, 200),
    unit: params.get('unit') ?? 'none',
    look: params.get('look') ?? 'lines',
    queries: params.getAll('expr').map((expr, index) => ({ expr, legend: legends[index] ?? '' })),
  });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StoreError(400, `${issue?.path.join('.') ?? 'the panel'}: ${issue?.message ?? 'is not one'}`);
}
