import { fileURLToPath } from 'node:url';
import { type Agent, createAgent } from '@tocsin/agent';
import { createChance } from './chance.ts';
import { startCustomers } from './customers.ts';
import { createIncidents } from './incidents.ts';
import { type Program, startProgram } from './stack.ts';

// `npm run demo`: Tocsin, the shop, its payments, and customers, until Ctrl-C.
const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const dataFolder = process.env['TOCSIN_DATA_DIR'] || `${root}data/demo`;
const configFile = process.env['TOCSIN_CONFIG'] || `${here}tocsin.yaml`;
const seed = Number(process.env['SHOP_DEMO_SEED'] ?? 7);
const startMs = Number(process.env['SHOP_DEMO_START_MS'] ?? Date.now());
const shopPort = process.env['SHOP_PORT'] ?? '9710';
const STOP_WITHIN_MS = 4_500;

const options = {
  logFolder: `${dataFolder}/log`,
  environment: { SHOP_DEMO_SEED: String(seed), SHOP_DEMO_START_MS: String(startMs) },
};
const say = (text: string) => void process.stdout.write(`${text}\n`);
const tocsin = ['cli/tocsin.js', 'up', '--config', configFile, '--data-dir', dataFolder];
const programs: Program[] = [];

let agent: Agent | null = null;
let stopping = false;
async function stop(status: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Ctrl-C reaches Tocsin too, so there may be nobody left to take our last words; that is no news now.
  process.removeAllListeners('warning');
  // Whatever else is slow, the demo is gone after 5 s.
  setTimeout(() => process.exit(status || 1), STOP_WITHIN_MS + 400).unref();
  const [stack, ...services] = programs;
  // The services first: what they send at their end should still be taken.
  await Promise.all(services.map((service) => service.stop(STOP_WITHIN_MS / 3)));
  await agent?.shutdown();
  await stack?.stop((STOP_WITHIN_MS * 2) / 3);
  process.exit(status);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

const incidents = createIncidents(startMs, seed);
async function run(name: string, words: readonly string[]): Promise<string> {
  const program = startProgram(name, words, options);
  programs.push(program);
  void program.ended.then((how) => {
    if (stopping) return;
    say(`${how}; stopping the demo. Its output is in ${options.logFolder}`);
    void stop(1);
  });
  return await program.ready;
}
try {
  say('Starting Tocsin and the shop ...');
  const address = await run('tocsin', tocsin);
  await Promise.all([run('payments', ['examples/shop/payments.ts']), run('shop', ['examples/shop/shop.ts'])]);
  agent = createAgent({ service: 'shop-demo', defaultMetrics: false });
  agent.gauge({
    name: 'tocsin_demo_info',
    help: 'Constant 1 while the demo runs; the label names the incident going on, if any.',
    labelNames: ['incident'],
    layer: 'system',
    collect() {
      this.reset();
      this.set({ incident: incidents.at(Date.now())?.name ?? 'none' }, 1);
    },
  });
  // The demo's day begins at noon.
  const shopTime = () => Date.now() - startMs + 12 * 60_000;
  startCustomers(`http://127.0.0.1:${shopPort}`, createChance(seed), shopTime);
  say(`\nThe demo is running; the customers are synthetic. Look at ${address}`);
  say('Every few minutes something goes wrong for three minutes. Ctrl-C stops everything.\n');
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  await stop(1);
}

let shown = '';
setInterval(() => {
  const name = incidents.at(Date.now())?.name ?? '';
  if (name === shown) return;
  const time = new Date().toLocaleTimeString('en-GB');
  say(name ? `${time}  incident: ${name}` : `${time}  incident over: ${shown}`);
  shown = name;
}, 1_000).unref();
