import { join } from 'node:path';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { type Readiness, sendText } from '@tocsin/runtime/http/server.ts';
import express, { type RequestHandler, type Router } from 'express';
import { openedPage } from './opened-page.ts';
import { createPageLinks } from './page-links.ts';

export interface Page {
  readonly router: Router;
  /** Looks whether the page is built. */
  look(): Promise<void>;
  readiness(): Readiness;
}

/** Paths at which the page opens; links in mails may use Prometheus' `/graph`. */
const pagePaths = [
  '/',
  '/graph',
  ...['dashboards', 'explore', 'alerts', 'logs', 'catalogue', 'system'].map((name) => `/${name}{/*rest}`),
];
const indexName = 'index.html';
/** Written by the build: which files a page needs. */
const manifestName = 'manifest.json';
const yearMs = 31_536_000_000;
const advice = 'the page is not built; run: npm run build:page';

/**
 * Serves the built page. Its assets carry their content's hash in their names, so they never change. `opened` gives what is
 * written into the page at a path for its first script to read.
 */
export function createPage(
  disk: Pick<Disk, 'size' | 'readFile'>,
  folder: string,
  opened: (path: string) => Promise<unknown>,
): Page {
  const assets = join(folder, 'assets');
  let isBuilt = false;
  const look = async () => {
    isBuilt = (await disk.size(join(folder, indexName))) !== null;
  };

  const router = express.Router();
  router.use('/assets', createCompressed(assets));
  router.use(
    '/assets',
    express.static(assets, { immutable: true, maxAge: yearMs, index: false, redirect: false }),
  );
  const read = async (name: string): Promise<string | null> => {
    const bytes = await disk.readFile(join(folder, name)).catch(() => null);
    return bytes === null ? null : Buffer.from(bytes).toString();
  };
  router.get(pagePaths, async (request, response) => {
    // Read each time: a page built anew while the server runs has other files.
    const [html, manifest, first] = await Promise.all([
      read(indexName),
      read(manifestName),
      opened(request.path),
    ]);
    isBuilt = html !== null;
    if (html === null) return sendText(response, 503, `Cannot show the page: ${advice}\n`);
    const links = createPageLinks(manifest);
    const link = links.of(request.path);
    if (link !== '') response.setHeader('Link', link);
    // What is written into it is of this moment.
    response.setHeader('Cache-Control', 'no-cache');
    response.type('html').send(openedPage(html, links.begin, first));
  });
  router.use(express.static(folder, { index: false, redirect: false, maxAge: 0 }));

  return {
    router,
    look,
    readiness() {
      if (isBuilt) return { ready: true };
      // It may be built while the server runs: whoever asks again is told.
      void look();
      return { ready: false, reason: advice };
    },
  };
}

/** Sends the Brotli copy the build left beside a file, to browsers that take it. */
function createCompressed(folder: string): RequestHandler {
  return (request, response, next) => {
    const { path } = request;
    if (!/^\/[\w.-]+\.(js|css)$/.test(path) || !request.acceptsEncodings('br')) return next();
    const headers = {
      'Content-Type': path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      'Content-Encoding': 'br',
      Vary: 'Accept-Encoding',
    };
    response.sendFile(join(folder, `${path}.br`), { immutable: true, maxAge: yearMs, headers }, (error) => {
      // Small files have no copy: they are sent as they are.
      if (!error || response.headersSent) return;
      for (const name of Object.keys(headers)) response.removeHeader(name);
      next();
    });
  };
}
