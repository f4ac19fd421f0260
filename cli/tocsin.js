#!/usr/bin/env node
// Starts the command line. JavaScript, so that a Node too old to run TypeScript can still be told so.
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
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
