import { fileURLToPath } from 'node:url';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Router } from 'express';
import { ApiError } from './api-error.ts';

const FOLDER = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));

/** The shipped packs' runbooks as plain text, so that a link in a mail works on a machine without the internet. */
export function mountRunbooks(router: Router, disk: Pick<Disk, 'readFile' | 'size'>): void {
  router.get('/api/tocsin/v1/runbooks/:name', async (request, response) => {
    const { name } = request.params;
    const file = `${FOLDER}${name}.md`;
    if (!/^[A-Za-z0-9]+$/.test(name) || (await disk.size(file)) === null) {
      throw new ApiError(404, `there is no runbook ${name}`);
    }
    response.type('text/plain; charset=utf-8').send(Buffer.from(await disk.readFile(file)));
  });
}
