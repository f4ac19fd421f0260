import { importDashboard } from '@tocsin/dashboard/grafana/import-dashboard.ts';
import { writeDashboard } from '@tocsin/dashboard/grafana/write-dashboard.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { type Command, UsageError } from '../command.ts';
import { readTextFile } from '../config/read-text-file.ts';

export const importCommand: Command = {
  name: 'import',
  summary: "bring dashboards along: Grafana's JSON becomes a dashboard file",
  positionals: 'grafana FILE',
  options: [{ name: 'out', value: 'FILE', help: 'the dashboard file to write (default: standard output)' }],
  notes: 'What has no counterpart is listed on standard error, and as comments on top of the file.',
  async run({ positionals, option, out }) {
    const [kind, file, ...more] = positionals;
    if (kind !== 'grafana' || file === undefined || more.length > 0)
      throw new UsageError('say what to import: tocsin import grafana FILE');
    const text = await readTextFile(file);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new ConfigError(file, null, `is no JSON: ${error instanceof Error ? error.message : error}`);
    }
    const { dashboard, left } = importFrom(file, json);
    const written = writeDashboard(dashboard, left);
    const target = option('out');
    if (target === undefined) out.write(written);
    else await systemDisk.writeFileAtomic(target, new TextEncoder().encode(written));
    for (const line of left) out.complain(`${file}: ${line}\n`);
    return 0;
  },
};

function importFrom(file: string, json: unknown) {
  try {
    return importDashboard(json);
  } catch (error) {
    throw new ConfigError(file, null, error instanceof Error ? error.message : String(error));
  }
}
