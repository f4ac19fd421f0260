/**
 * Fills the compile cache that cli/tocsin.js uses, so that the first start after an install is as quick and small
 * as every later one (docs/decisions/0003-compile-cache.md). Part of `npm ci`.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

// The cache's key holds V8's flags: they must be the launcher's.
v8.setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
const { status } = module.enableCompileCache(
  fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url)),
);
if (status !== module.constants.compileCacheStatus.FAILED) {
  await import('../cli/main.ts');
  const { allCommands } = await import('../cli/commands/commands.ts');
  await allCommands();
  for (const part of ['aggregator', 'alerting', 'dashboard', 'agent'])
    await import(`@tocsin/${part}/${part}.ts`);
  await import('@tocsin/aggregator/shard/owner-thread.ts');
  module.flushCompileCache();
}
