import type { Command } from '../command.ts';

/**
 * By name, in the order in which the help lists them. Each is loaded when it is wanted: a part's process would otherwise
 * load the code of all parts and tools before its own.
 */
export const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['up', async () => (await import('./up.ts')).up],
  ['aggregator', async () => (await import('../parts/aggregator.ts')).aggregator],
  ['alerting', async () => (await import('../parts/alerting.ts')).alerting],
  ['dashboard', async () => (await import('../parts/dashboard.ts')).dashboard],
  ['agent', async () => (await import('../parts/agent.ts')).agent],
  ['check', async () => (await import('./check.ts')).check],
  ['test', async () => (await import('./test-rules.ts')).testRules],
  ['backtest', async () => (await import('./backtest.ts')).backtest],
  ['drill', async () => (await import('./drill.ts')).drill],
  ['query', async () => (await import('./query.ts')).query],
  ['logs', async () => (await import('./logs.ts')).logs],
  ['why', async () => (await import('./why.ts')).why],
  ['retention', async () => (await import('./retention.ts')).retention],
  ['import', async () => (await import('./import.ts')).importCommand],
]);

export async function allCommands(): Promise<readonly Command[]> {
  return await Promise.all(Array.from(commands.values(), async (load) => await load()));
}
