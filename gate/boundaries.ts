/**
 * Which part imports which (.dependency-cruiser.cjs), with a canary: a file with forbidden imports is laid beside
 * the sources and must be refused. A checker that silently sees nothing would let everything pass.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ICruiseOptions, IFlattenedRuleSet } from 'dependency-cruiser';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

const configuration: IFlattenedRuleSet & { options: ICruiseOptions } = createRequire(import.meta.url)(
  '../.dependency-cruiser.cjs',
);

const ROOTS = [
  'protocol',
  'runtime',
  'query',
  'chart',
  'agent',
  'aggregator',
  'rules',
  'alerting',
  'dashboard',
  'cli',
  'examples',
  'test',
  'bench',
  'gate',
];
const CANARY_FOLDER = 'protocol/boundary-canary';
const CANARIES = {
  'value.ts':
    "import { loadConfig } from '../../cli/config/load-config.ts';\nexport const canary = loadConfig;\n",
  'type.ts': "import type { Part } from '@tocsin/runtime/part.ts';\nexport type Canary = Part;\n",
  'world.ts': "import { readFileSync } from 'node:fs';\nexport const canary = readFileSync;\n",
};

const MIN_MODULES = 100;

async function check(roots: readonly string[]): Promise<ICruiseResult['summary']> {
  const { options, ...ruleSet } = configuration;
  const { output } = await cruise([...roots], { ...options, ruleSet, validate: true });
  if (typeof output === 'string') throw new Error('dependency-cruiser returned a report instead of a result');
  return output.summary;
}

mkdirSync(CANARY_FOLDER, { recursive: true });
let canary: ICruiseResult['summary'];
try {
  for (const [name, content] of Object.entries(CANARIES)) writeFileSync(`${CANARY_FOLDER}/${name}`, content);
  canary = await check([CANARY_FOLDER]);
} finally {
  rmSync(CANARY_FOLDER, { recursive: true, force: true });
}
for (const name of Object.keys(CANARIES)) {
  if (!canary.violations.some((violation) => violation.from === `${CANARY_FOLDER}/${name}`)) {
    console.error(
      `The boundary check is blind: it did not refuse the forbidden import in its canary ${name}`,
    );
    process.exit(1);
  }
}

const summary = await check(ROOTS);
for (const { rule, from, to, cycle } of summary.violations) {
  const path = cycle ? cycle.map((step) => step.name).join(' -> ') : to;
  console.error(`${rule.name}: ${from} -> ${path}`);
}
if (summary.totalCruised < MIN_MODULES) {
  console.error(
    `The boundary check saw ${summary.totalCruised} modules only; it should see at least ${MIN_MODULES}`,
  );
  process.exit(1);
}
console.log(`${summary.totalCruised} modules, ${summary.violations.length} violations`);
process.exit(summary.violations.length > 0 ? 1 : 0);
