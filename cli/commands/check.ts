import { type Command, UsageError } from '../command.ts';
import { checkFile } from '../config/check-file.ts';
import { storedNames } from '../terminal/stored-names.ts';

export const check: Command = {
  name: 'check',
  summary: 'check configuration, rule, routing and dashboard files; names the line',
  positionals: 'FILE...',
  options: [
    {
      name: 'url',
      value: 'URL',
      help: 'an aggregator: metrics and labels that dashboards ask for must be stored there',
    },
  ],
  notes:
    'What a file is shows in its keys: groups (rules), tests (of rules), route or receivers (routing), panels or sections (a dashboard), otherwise tocsin.yaml, which is checked with all files it names.',
  async run(input) {
    const { positionals, out } = input;
    if (positionals.length === 0) throw new UsageError('name at least one file; see tocsin check --help');
    const stored = input.option('url') === undefined ? null : await storedNames(input);
    let failed = false;
    for (const file of positionals) {
      const result = await checkFile(file, stored);
      if (result.error) {
        failed = true;
        out.complain(`${result.error.message}\n`);
      } else out.write(`${file}: ${result.summary}\n`);
    }
    return failed ? 2 : 0;
  },
};
