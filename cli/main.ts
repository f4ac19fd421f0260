import { closest } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { type Output, UsageError } from './command.ts';
import { allCommands, commands } from './commands/commands.ts';
import { commandHelp, generalHelp } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import { version } from './version.ts';

/** These work on when nobody reads what they print any more. */
const SERVING = new Set(['up', 'aggregator', 'alerting', 'dashboard', 'agent']);

/** Runs one command line; ends the process with its status. */
export async function main(words: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // As with `| head`: who reads has seen enough.
    if (!SERVING.has(words[0] ?? '')) process.exit(0);
  });
  const out: Output = {
    write: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
  };
  const status = await runCommandLine(words, process.env, out);
  // A part that could not start may have left timers and files open.
  if (status !== 0) process.exit(status);
}

/** The exit status: 0 done, 1 the work failed, 2 bad usage or configuration. */
export async function runCommandLine(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Output,
): Promise<number> {
  const [name, ...rest] = words;
  try {
    if (name === undefined) {
      out.complain(generalHelp(await allCommands(), version));
      return 2;
    }
    if (name === '--help' || name === 'help') {
      out.write(generalHelp(await allCommands(), version));
      return 0;
    }
    if (name === '--version') {
      out.write(`${version}\n`);
      return 0;
    }
    const load = commands.get(name);
    if (!load) {
      const suggestion = closest(name, [...commands.keys()]);
      throw new UsageError(
        `no command "${name}"; ${suggestion ? `did you mean "${suggestion}"?` : 'see tocsin --help'}`,
      );
    }
    const command = await load();
    const { help, ...input } = parseArguments(command, rest);
    if (help) {
      out.write(commandHelp(command));
      return 0;
    }
    return await command.run({ ...input, environment, out });
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) {
      out.complain(`tocsin: ${error.message}\n`);
      return 2;
    }
    out.complain(`tocsin: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
