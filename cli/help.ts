import type { Command } from './command.ts';

/** What `tocsin --help` prints. */
export function generalHelp(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}\n`);
  return (
    `Tocsin ${version}: metrics, logs, alerting and one dashboard.\n\nusage: tocsin COMMAND [OPTION...]\n\n` +
    `${rows.join('')}\ntocsin COMMAND --help says more. Exit status: 0 done, 1 the work failed, 2 bad usage or configuration.\n`
  );
}

/** What `tocsin COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const shown = [...command.options, { name: 'help', help: 'show this' }].map((option) => ({
    left: `--${option.name}${'value' in option && option.value ? ` ${option.value}` : ''}`,
    help: option.help,
  }));
  const width = Math.max(...shown.map((option) => option.left.length));
  const rows = shown.map((option) => `  ${option.left.padEnd(width)}  ${option.help}\n`).join('');
  const positionals = command.positionals ? ` ${command.positionals}` : '';
  const notes = command.notes ? `\n${command.notes}\n` : '';
  return `${command.summary}\n\nusage: tocsin ${command.name}${positionals} [OPTION...]\n\n${rows}${notes}`;
}
