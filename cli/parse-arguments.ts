import { parseArgs } from 'node:util';
import { type Command, type CommandInput, UsageError } from './command.ts';

type Parsed = Pick<CommandInput, 'positionals' | 'option' | 'flag'> & { readonly help: boolean };

/** The words after the command's name, held against what the command takes. */
export function parseArguments(command: Command, words: readonly string[]): Parsed {
  const options: Record<string, { type: 'string' | 'boolean' }> = { help: { type: 'boolean' } };
  for (const { name, value } of command.options) options[name] = { type: value ? 'string' : 'boolean' };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: joinNegatives(command, words),
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    throw new UsageError(`${detail}; see tocsin ${command.name} --help`);
  }
  const { values, positionals } = parsed;
  if (positionals.length > 0 && !command.positionals && values['help'] !== true) {
    throw new UsageError(`unexpected "${positionals[0]}"; see tocsin ${command.name} --help`);
  }
  return {
    positionals,
    help: values['help'] === true,
    option(name) {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => values[name] === true,
  };
}

/** `--from -1h` as `--from=-1h`: the parser would take the value for an option. */
function joinNegatives(command: Command, words: readonly string[]): string[] {
  const takesValue = new Set(
    command.options.filter((option) => option.value).map((option) => `--${option.name}`),
  );
  const joined: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const next = words[i + 1];
    if (takesValue.has(words[i]!) && next !== undefined && /^-\d/.test(next)) {
      joined.push(`${words[i]}=${next}`);
      i++;
    } else joined.push(words[i]!);
  }
  return joined;
}
