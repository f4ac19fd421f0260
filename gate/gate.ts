/**
 * The one gate: everything a reviewer would run, in the order in which it fails fastest. `npm test` and CI call
 * it. Arguments choose steps by name: `npm test -- types style`.
 */
import { spawnSync } from 'node:child_process';
import { ensureChromium } from './chromium.ts';

interface Step {
  readonly name: string;
  readonly run: () => number;
}

const steps: readonly Step[] = [
  { name: 'types', run: () => command('tsc', '-p', '.') || command('tsc', '-p', 'dashboard/app') },
  { name: 'style', run: () => command('biome', 'check', '--error-on-warnings', '.') },
  { name: 'boundaries', run: () => command('node', 'gate/boundaries.ts') },
  { name: 'absences', run: () => command('node', 'gate/absences.ts') },
  { name: 'page', run: () => command('vite', 'build', 'dashboard/app', '--logLevel', 'warn') },
  {
    name: 'unit',
    run: () =>
      tests(
        '{protocol,runtime,query,chart,agent,aggregator,rules,alerting,dashboard,cli,gate,examples}/**/*.test.ts',
      ),
  },
  { name: 'whole', run: () => tests('test/**/*.test.ts', '--test-concurrency=1') },
];

/** Runs a program of node_modules/.bin (npm put it on the path) and hands its output through. */
function command(program: string, ...words: string[]): number {
  const { status, error } = spawnSync(program, words, { stdio: 'inherit' });
  if (error) console.error(`Cannot run ${program}: ${error.message}. Run the gate through npm: npm test`);
  return status ?? 1;
}

function tests(pattern: string, ...options: string[]): number {
  return command(
    'node',
    '--test',
    '--test-timeout=180000',
    '--test-reporter=./gate/reporter.ts',
    ...options,
    pattern,
  );
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !steps.some((step) => step.name === name));
if (unknown !== undefined) {
  console.error(`No step "${unknown}"; there are ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}
const chosen = steps.filter((step) => wanted.length === 0 || wanted.includes(step.name));
if (chosen.some((step) => step.name === 'unit' || step.name === 'whole')) ensureChromium();

for (const step of chosen) {
  const startMs = performance.now();
  console.log(`\n== ${step.name}`);
  const status = step.run();
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  if (status !== 0) {
    console.error(`\n== ${step.name} failed after ${seconds} s; run it alone with: npm test -- ${step.name}`);
    process.exit(1);
  }
  console.log(`== ${step.name} passed in ${seconds} s`);
}
