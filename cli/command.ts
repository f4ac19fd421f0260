/** One `tocsin` command. Each file in commands/ holds one. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name on the command line, for the help: `FILE...`. */
  readonly positionals?: string;
  readonly options: readonly CommandOption[];
  /** Further lines for the command's own help. */
  readonly notes?: string;
  /** Resolves with the exit status. UsageError and ConfigError become 2, any other error 1. */
  run(input: CommandInput): Promise<number>;
}

export interface CommandOption {
  readonly name: string;
  /** Name of the value in the help, `HOST:PORT`; absent for a flag without one. */
  readonly value?: string;
  readonly help: string;
}

export interface CommandInput {
  readonly positionals: readonly string[];
  /** The value of an option, or undefined when it was not given. */
  option(name: string): string | undefined;
  flag(name: string): boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
}

export interface Output {
  /** To standard output, without a line end of its own. */
  write(text: string): void;
  /** To standard error. */
  complain(text: string): void;
}

/** The command line itself was wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
