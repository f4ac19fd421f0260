import { join } from 'node:path';
import {
  type RetentionAmount,
  type RetentionReport,
  reportRetention,
} from '@tocsin/aggregator/retention/retention-report.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { type Command, type Output, UsageError } from '../command.ts';
import { checkSelectors } from '../config/check-selectors.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatTable } from '../terminal/table.ts';

export const retention: Command = {
  name: 'retention',
  summary: 'say what each retention policy holds, and what this configuration would save and lose',
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
    const report = await reportRetention(systemDisk, folder, config.values.retention, systemClock.now());
    for (const file of report.unreadable) input.out.complain(`not counted: ${file}\n`);
    if (report.stored.length === 0) input.out.write(`${folder} holds no sealed files yet\n`);
    else write(input.out, report, config.file ?? 'the default configuration');
    return report.unreadable.length === 0 ? 0 : 1;
  },
};

function write(out: Output, report: RetentionReport, source: string): void {
  const amount = ['series', 'samples', 'size', 'oldest', 'newest'];
  out.write('Stored now, by the policies it was stored under:\n');
  out.write(
    formatTable(
      ['match', 'kept as', 'tier', 'files', ...amount],
      report.stored.map(({ match, keep, tier, files, held }) => [
        match,
        keep,
        tier,
        String(files),
        ...cells(held),
      ]),
      new Set([3, 4, 5, 6]),
    ),
  );
  out.write(`\nBy the policies of ${source}:\n`);
  out.write(
    formatTable(
      ['match', 'keep', 'tier', ...amount, 'loses series', 'samples', 'size', 'from', 'to'],
      report.given.map(({ match, keep, tier, held, lost }) => [
        match,
        keep,
        tier,
        ...cells(held),
        ...cells(lost),
      ]),
      new Set([3, 4, 5, 8, 9, 10]),
    ),
  );
  out.write(`\n${summary(report)}`);
}

function summary({ held, lost, seriesGone, bytesAtOnce, lastRemovalMs }: RetentionReport): string {
  if (lastRemovalMs === null || lost.oldestMs === null || lost.newestMs === null)
    return 'Nothing that is stored would be lost, and nothing saved.\n';
  const share = ((100 * lost.bytes) / held.bytes).toFixed(1);
  const span = `from ${minute(lost.oldestMs)} to ${minute(lost.newestMs)} UTC`;
  const whole = seriesGone === 0 ? 'none of them' : `${seriesGone} of them`;
  const saves = `This would save ${size(lost.bytes)}, ${share} % of what is stored, and lose ${lost.samples} samples of ${lost.series} series ${span}; ${whole} altogether.\n`;
  const rest = lost.bytes - bytesAtOnce;
  if (rest <= 0) return `${saves}The aggregator's next round removes it.\n`;
  const last =
    lastRemovalMs === Number.POSITIVE_INFINITY
      ? 'some of it was stored to be kept for ever, and is'
      : `the last of it on ${minute(lastRemovalMs).slice(0, 10)}`;
  return `${saves}The aggregator's next round removes ${size(bytesAtOnce)} of it; the rest goes when the policy it was stored under ends, ${last}.\n`;
}

function cells({ series, samples, bytes, oldestMs, newestMs }: RetentionAmount): readonly string[] {
  if (oldestMs === null || newestMs === null) return ['', '', '', '', ''];
  return [String(series), String(samples), size(bytes), minute(oldestMs), minute(newestMs)];
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function minute(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
