import { type Command, UsageError } from '../command.ts';
import { checkFile } from '../config/check-file.ts';

export const check: Command = {
  name: 'check',
  summary: 'check configuration, rule and routing files; names the line',
  positionals: 'FILE...',
  options: [],
  notes:
    'What a file is shows in its keys: groups (rules), route or receivers (routing), otherwise tocsin.yaml.',
  async run({ positionals, out }) {
    if (positionals.length === 0) throw new UsageError('name at least one file; see tocsin check --help');
    let failed = false;
    for (const file of positionals) {
      const result = await checkFile(file);
      if (result.error) {
        failed = true;
        out.complain(`${result.error.message}\n`);
      } else out.write(`${file}: ${result.summary}\n`);
    }
    return failed ? 2 : 0;
  },
};
