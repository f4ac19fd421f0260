import { dirname, isAbsolute, join, resolve } from 'node:path';
import { expandGlob } from '@tocsin/alerting/files/expand-glob.ts';
import { compileExpression } from '@tocsin/rules/template/regular-expression.ts';
import { formatFailure } from '@tocsin/rules/unit-test/format-failure.ts';
import { junitXml, type SuiteResult } from '@tocsin/rules/unit-test/junit.ts';
import { loadUnitTests } from '@tocsin/rules/unit-test/load-unit-tests.ts';
import { runUnitTests } from '@tocsin/rules/unit-test/run-unit-tests.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { type Command, type CommandInput, type Output, UsageError } from '../command.ts';
import { readTextFile } from '../config/read-text-file.ts';
import { testReceiver } from './test-receiver.ts';

export const testRules: Command = {
  name: 'test',
  summary: 'run unit tests of rules, in the format of promtool test rules; or send a receiver a test',
  positionals: 'rules FILE... | receiver NAME [INTEGRATION]',
  options: [
    { name: 'run', value: 'REGEX', help: 'only tests whose name matches' },
    { name: 'junit', value: 'FILE', help: 'also write the results as JUnit XML' },
    { name: 'diff', help: 'show what differs instead of both lists' },
    { name: 'config', value: 'FILE', help: 'for receiver: configuration (default ./tocsin.yaml)' },
    { name: 'url', value: 'URL', help: 'for receiver: alerting (default: that of the configuration)' },
  ],
  notes:
    'Exit status: 0 all tests pass, 1 some do not or a file cannot be read.\nA test of a receiver is sent at once by each of its integrations, or the one named as email[0], and says [TEST].',
  async run(input) {
    const [what, ...files] = input.positionals;
    if (what === 'receiver') return await testReceiver(input, files);
    if (what !== 'rules')
      throw new UsageError('say what to test: tocsin test rules FILE... or tocsin test receiver NAME');
    if (files.length === 0) throw new UsageError('name at least one file of tests; see tocsin test --help');
    const chosen = nameFilter(input);
    const suites: SuiteResult[] = [];
    for (const file of files) {
      input.out.write(`Unit Testing:  ${file}\n`);
      const suite = await runFile(file, chosen, input.out);
      report(suite, input);
      suites.push(suite);
    }
    const junit = input.option('junit');
    if (junit !== undefined) {
      const xml = junitXml(suites, new Date(systemClock.now()).toISOString());
      await systemDisk.writeFileAtomic(resolve(junit), Buffer.from(xml));
    }
    return suites.every(passed) ? 0 : 1;
  },
};

async function runFile(
  file: string,
  chosen: ((name: string) => boolean) | undefined,
  out: Output,
): Promise<SuiteResult> {
  try {
    const tests = loadUnitTests(file, await readTextFile(file));
    const results = await runUnitTests(tests, {
      clock: systemClock,
      ruleFiles: (pattern) => readRuleFiles(file, pattern, out),
      ...(chosen ? { chosen } : {}),
    });
    return { file, results, error: null };
  } catch (error) {
    if (error instanceof ConfigError) return { file, results: [], error: error.message };
    throw error;
  }
}

/** The rule files a pattern beside the test file means; none is worth a warning. */
async function readRuleFiles(testFile: string, pattern: string, out: Output) {
  const folder = dirname(testFile);
  const found = await expandGlob(systemDisk, resolve(isAbsolute(pattern) ? pattern : join(folder, pattern)));
  const files: { readonly file: string; readonly text: string }[] = [];
  for (const path of found) {
    if ((await systemDisk.size(path)) === null) continue;
    const shown = isAbsolute(pattern) || found.length > 1 ? path : join(folder, pattern);
    files.push({ file: shown, text: await readTextFile(path) });
  }
  if (files.length === 0) out.complain(`  WARNING: no file matches ${pattern}\n`);
  return files;
}

function report({ file, results, error }: SuiteResult, { out, flag }: CommandInput): void {
  if (error !== null) out.complain(`  FAILED:\n${error}\n`);
  const failures = results.flatMap(({ test, failures }) =>
    failures.map((failure) => formatFailure(file, test.shownName, failure, flag('diff'))),
  );
  if (failures.length > 0) out.complain(`  FAILED:\n${failures.join('\n\n')}\n`);
  else if (error === null)
    out.write(`  SUCCESS (${results.length} ${results.length === 1 ? 'test' : 'tests'})\n`);
}

function passed({ results, error }: SuiteResult): boolean {
  return error === null && results.every(({ failures }) => failures.length === 0);
}

function nameFilter(input: CommandInput): ((name: string) => boolean) | undefined {
  const text = input.option('run');
  if (text === undefined) return undefined;
  try {
    const regex = compileExpression(text);
    return (name) => regex.matcher(name).find();
  } catch (error) {
    throw new UsageError(
      `--run: "${text}" is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
