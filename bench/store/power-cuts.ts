import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TEST = fileURLToPath(new URL('../../aggregator/store/metric-store.test.ts', import.meta.url));

/**
 * Power cuts on a simulated disk, which forgets or tears what was not synced: runs the store's own test over so many
 * seeds. No peer can be run on such a disk.
 */
export async function measurePowerCuts(cuts: number): Promise<unknown> {
  const child = spawn(process.execPath, ['--test', '--test-name-pattern=power cuts', TEST], {
    env: { ...process.env, POWER_CUTS: String(cuts) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let report = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    report += chunk;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const isRun = report.includes(`over ${cuts} power cuts`);
  if (!isRun) throw new Error(`Cannot cut the power: no such test ran\n${report}`);
  const nothingLost = status === 0;
  console.log(
    nothingLost
      ? `acknowledged samples lost in ${cuts} power cuts | tocsin 0`
      : `acknowledged samples were lost in ${cuts} power cuts\n${report}`,
  );
  return { cuts, nothingLost };
}
