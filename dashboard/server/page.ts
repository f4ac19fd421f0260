import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sendText } from '@tocsin/runtime/http/server.ts';
import express, { type RequestHandler, type Router } from 'express';

/**
 * No script but the page's own files, no requests but to this server, no framing. Styles may be inline: the
 * component library sets them on elements, and without script they can do no harm.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Paths at which the page opens; links in mails may use Prometheus' `/graph`. */
const pagePaths = ['/', '/graph'];
const yearMs = 31_536_000_000;
const filesMax = 1000;

export const isPageBuilt = (folder: string): boolean => existsSync(join(folder, 'index.html'));

/** Sends the Brotli copy the build left beside a file, to browsers that take it. */
function createCompressed(folder: string): RequestHandler {
  // What the build left does not change while the server runs; a new build has new names.
  const known = new Map<string, boolean>();
  return (request, response, next) => {
    const { path } = request;
    if (!/^\/[\w.-]+\.(js|css)$/.test(path) || !request.acceptsEncodings('br')) return next();
    const file = join(folder, `${path}.br`);
    if (known.size < filesMax && !known.has(file)) known.set(file, existsSync(file));
    if (known.get(file) !== true) return next();
    response.type(path.endsWith('.css') ? 'css' : 'js');
    response.setHeader('Content-Encoding', 'br');
    response.setHeader('Vary', 'Accept-Encoding');
    response.sendFile(file, { immutable: true, maxAge: yearMs });
  };
}

/** Serves the built page. Its assets carry their content's hash in their names, so they never change. */
export function createPage(folder: string): Router {
  const router = express.Router();
  router.use('/assets', createCompressed(join(folder, 'assets')));
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), {
      immutable: true,
      maxAge: yearMs,
      index: false,
      redirect: false,
    }),
  );
  router.get(pagePaths, (_request, response) => {
    if (!isPageBuilt(folder)) {
      sendText(response, 503, 'The page is not built yet. Run: npm run build:page\n');
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(join(folder, 'index.html'));
  });
  router.use(express.static(folder, { index: false, redirect: false, maxAge: 0 }));
  return router;
}
