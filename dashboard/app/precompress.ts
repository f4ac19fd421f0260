import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);
const bytesMin = 1024;

/** Writes a Brotli copy beside every larger file of the build, so that the server need not compress. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      for (const name of await readdir(folder, { recursive: true })) {
        const file = join(folder, name);
        if (!/\.(js|css|html|svg)$/.test(name) || (await stat(file)).size < bytesMin) continue;
        await writeFile(`${file}.br`, await compress(await readFile(file)));
      }
    },
  };
}
