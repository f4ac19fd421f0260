import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { sendText } from '@tocsin/runtime/http/server.ts';
import express, { type Response, type Router } from 'express';
import { loadDashboard } from '../files/load-dashboard.ts';
import { resolveVariables, valuesOf } from '../files/resolve-variables.ts';
import type { LinkStore } from '../links/link-store.ts';
import type { AggregatorAsker } from '../render/ask-aggregator.ts';
import { readLook, readPanel } from '../render/render-request.ts';
import type { Format, Renderer } from '../render/renderer.ts';
import type { DashboardStore } from '../store/dashboard-store.ts';
import { StoreError } from '../store/store-error.ts';
import { answer } from './answer.ts';

export interface ShareDeps {
  readonly dashboards: DashboardStore;
  readonly links: LinkStore;
  readonly renderer: Renderer;
  readonly asker: Pick<AggregatorAsker, 'labelValues'>;
  readonly now: () => number;
}

const types: Readonly<Record<Format, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
};
const variablePrefix = 'var-';

/** Pictures of panels and dashboards, and short links: what can be given to somebody who has no page open. */
export function createShareApi({ dashboards, links, renderer, asker, now }: ShareDeps): Router {
  const router = express.Router();

  router.post('/api/tocsin/v1/links', express.json({ limit: '32kb' }), (request, response) =>
    answer(response, async () => {
      const body: unknown = request.body;
      const path: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'path') : undefined;
      if (typeof path !== 'string')
        throw new StoreError(400, 'expected a JSON object with the path to shorten');
      const id = await links.shorten(path);
      return { id, path: `/s/${id}` };
    }),
  );
  router.get('/s/:id', async (request, response) => {
    const address = await links.resolve(request.params.id);
    if (address === null) sendText(response, 404, 'There is no such short link. The page is at /\n');
    else response.redirect(302, address);
  });
  router.get('/api/tocsin/v1/render/panel.:format', (request, response) =>
    send(response, request.params.format, async (format) => {
      const params = parametersOf(request.url);
      return renderer.panel(readPanel(params), readLook(params, now()), format);
    }),
  );
  router.get('/api/tocsin/v1/render/dashboards/:name.pdf', (request, response) =>
    send(response, 'pdf', async () => {
      const params = parametersOf(request.url);
      const look = readLook(params, now());
      const { name, text } = await dashboards.read(request.params.name);
      const { dashboard } = load(name, text);
      const wanted = new Map<string, readonly string[]>();
      for (const [key, value] of params) {
        const variable = key.slice(variablePrefix.length);
        if (key.startsWith(variablePrefix)) wanted.set(variable, [...(wanted.get(variable) ?? []), value]);
      }
      const { fromMs, toMs } = look.window;
      const resolved = await resolveVariables(dashboard.variables, wanted, (label, matcher) =>
        asker.labelValues(label, matcher, fromMs, toMs),
      );
      return renderer.dashboard(dashboard, valuesOf(resolved), look);
    }),
  );
  return router;
}

const parametersOf = (url: string): URLSearchParams => new URL(url, 'http://page.invalid').searchParams;

function load(name: string, text: string) {
  try {
    return loadDashboard(`${name}.yml`, text);
  } catch (error) {
    if (error instanceof ConfigError) throw new StoreError(422, error.message);
    throw error;
  }
}

async function send(
  response: Response,
  name: string,
  work: (format: Format) => Promise<Uint8Array>,
): Promise<void> {
  const format = (['png', 'svg', 'pdf'] as const).find((one) => one === name);
  await answer(response, async () => {
    if (format === undefined) throw new StoreError(404, 'pictures are png, svg or pdf');
    const bytes = await work(format);
    response.setHeader('Content-Type', types[format]);
    response.setHeader('Cache-Control', 'no-store');
    // Opened by itself, an SVG is a document; it may do nothing.
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    response.end(bytes);
  });
}
