import { formatFailure } from './format-failure.ts';
import type { TestResult } from './unit-test.ts';

/** The tests of one file; `error` when the file itself could not be read. */
export interface SuiteResult {
  readonly file: string;
  readonly results: readonly TestResult[];
  readonly error: string | null;
}

/** The results in JUnit's XML, which continuous integration shows: a suite a file, a case a test. */
export function junitXml(suites: readonly SuiteResult[], timestamp: string): string {
  const shown = suites.map(({ file, results, error }) => {
    const failures = results.filter((result) => result.failures.length > 0).length;
    const attributes = `name=${quoted(file)} tests="${results.length}" failures="${failures}" errors="${error === null ? 0 : 1}" timestamp=${quoted(timestamp)}`;
    const broken = error === null ? '' : `    <system-err>${escaped(error)}</system-err>\n`;
    return `  <testsuite ${attributes}>\n${results.map((result) => testCase(file, result)).join('')}${broken}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${shown.join('')}</testsuites>\n`;
}

function testCase(file: string, { test, failures }: TestResult): string {
  const open = `    <testcase name=${quoted(test.shownName)}`;
  if (failures.length === 0) return `${open}/>\n`;
  const shown = failures.map((failure) => {
    const text = formatFailure(file, test.shownName, failure, false);
    return `      <failure message=${quoted(text.split('\n', 1)[0]!)}>${escaped(text)}</failure>\n`;
  });
  return `${open}>\n${shown.join('')}    </testcase>\n`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters XML cannot hold are shown as the replacement character. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => ENTITIES[char]!)
    .replace(/(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu, '\ufffd');
}
