#!/usr/bin/env -S node --max-semi-space-size=4
// Starts the command line. JavaScript, so that a Node too old to run TypeScript can still be told so.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `tocsin: needs Node 24 or newer, this is ${process.versions.node}. Run it through npm (npm start, npx tocsin), which puts the project's own Node first.\n`,
  );
  process.exit(2);
}
// A regular expression that backtracks too long is handed to V8's linear engine (ARCHITECTURE.md, queries).
v8.setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
// Keeps the sources stripped of their types and compiled: a start needs half the time and 14 MiB less
// (docs/decisions/0003-compile-cache.md). Where the folder cannot be written, nothing is kept.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url)));
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
