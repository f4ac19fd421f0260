import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { formatFailure } from './format-failure.ts';
import { loadUnitTests } from './load-unit-tests.ts';
import { runUnitTests } from './run-unit-tests.ts';

/** Runs a file of unit tests with the rule files beside it; what fails, as text. */
export async function runFolderFile(folder: URL, name: string): Promise<readonly string[]> {
  const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
  const ruleFiles = async (pattern: string) =>
    globSync(pattern, { cwd: fileURLToPath(folder) })
      .sort()
      .map((file) => ({ file, text: read(file) }));
  try {
    const results = await runUnitTests(loadUnitTests(name, read(name)), { clock: systemClock, ruleFiles });
    return results.flatMap(({ test, failures }) =>
      failures.map((failure) => formatFailure(name, test.shownName, failure, false)),
    );
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}
