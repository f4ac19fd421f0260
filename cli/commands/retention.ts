import { join } from 'node:path';
import { type RetentionHolding, reportRetention } from '@tocsin/aggregator/retention/retention-report.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { type Command, UsageError } from '../command.ts';
import { checkSelectors } from '../config/check-selectors.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatTable } from '../terminal/table.ts';

export const retention: Command = {
  name: 'retention',
  summary: 'say what each retention policy holds, and what this configuration would remove',
  options: [
    { name: 'dry-run', help: "only say it; removing is the running aggregator's work, on its schedule" },
    {
      name: 'config',
      value: 'FILE',
      help: 'configuration with the retention to try (default ./tocsin.yaml)',
    },
    { name: 'data-dir', value: 'DIR', help: 'where everything is stored (default ./data)' },
  ],
  notes: 'What is in memory only, the last hours, is not counted. The aggregator may be running.',
  async run(input) {
    if (!input.flag('dry-run'))
      throw new UsageError('retention only reports: say --dry-run. The aggregator removes by itself');
    const config = loadConfig(input);
    checkSelectors(config);
    const folder = join(config.dataDir, 'aggregator');
    const holdings = await reportRetention(systemDisk, folder, config.values.retention, systemClock.now());
    if (holdings.length === 0) {
      input.out.write(`${folder} holds no sealed files yet\n`);
      return 0;
    }
    const header = [
      'match',
      'kept as',
      'tier',
      'files',
      'size',
      'samples',
      'oldest',
      'newest',
      'would remove',
      'samples lost',
    ];
    input.out.write(formatTable(header, holdings.map(row), new Set([3, 4, 5, 8, 9])));
    const saved = holdings.reduce((sum, holding) => sum + holding.removedBytes, 0);
    const lost = holdings.reduce((sum, holding) => sum + holding.removedSamples, 0);
    input.out.write(`\nThis configuration would save ${size(saved)} and lose ${lost} stored samples.\n`);
    return 0;
  },
};

function row(holding: RetentionHolding): readonly string[] {
  return [
    holding.match,
    holding.keep,
    holding.tier,
    String(holding.files),
    size(holding.bytes),
    String(holding.samples),
    day(holding.oldestMs),
    day(holding.newestMs),
    holding.removedFiles === 0 ? '' : `${holding.removedFiles} files, ${size(holding.removedBytes)}`,
    holding.removedSamples === 0 ? '' : String(holding.removedSamples),
  ];
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
