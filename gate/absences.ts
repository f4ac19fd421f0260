/**
 * What may not stand in the sources, each with what to write instead. Kept short: a rule earns its place by a
 * fault that tests would not find.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Absence {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Where the rule does not hold. */
  readonly except: RegExp;
}

const OUTSIDE_WORLD =
  /^(runtime|cli|gate|bench|test|examples|dashboard\/(app|browser))\/|\/testing\/|\.(test|fuzz|bench|case)\.ts$/;

const absences: readonly Absence[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    instead: 'clock.now() of runtime/clock.ts',
    except: OUTSIDE_WORLD,
  },
  {
    pattern: /\bperformance\.now\(/,
    instead: 'clock.monotonic() of runtime/clock.ts',
    except: OUTSIDE_WORLD,
  },
  { pattern: /\bMath\.random\(/, instead: 'random.next() of runtime/random.ts', except: OUTSIDE_WORLD },
  {
    pattern: /(?<![.\w])set(Timeout|Interval)\(/,
    instead: 'clock.setTimeout of runtime/clock.ts',
    except: OUTSIDE_WORLD,
  },
  {
    pattern: /^(?!import type ).*\bfrom 'node:(fs|http|https|net|dgram|child_process)(\/promises)?'/,
    instead: 'what runtime/ offers (disk, http)',
    except: OUTSIDE_WORLD,
  },
  {
    pattern: /\/\/ *@ts-(ignore|expect-error|nocheck)|\bas any\b|\bas unknown as\b/,
    instead: 'a type that is true',
    except: /^test\/package\//,
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b/,
    instead: 'the work itself, or an issue',
    except: /^gate\/absences\.ts$/,
  },
  { pattern: /\b(describe|it|test)\.(skip|only|todo)\(/, instead: 'a test that runs', except: /^$/ },
];

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
}).split('\n');
let found = 0;
for (const file of files) {
  if (file === '') continue;
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    if (/^\s*(\/\/(?! *@ts)|\*|\/\*)/.test(line)) continue;
    for (const { pattern, instead, except } of absences) {
      if (except.test(file) || !pattern.test(line)) continue;
      console.error(`${file}:${index + 1}: ${line.trim().slice(0, 100)}\n  write instead: ${instead}`);
      found++;
    }
  }
}
console.log(`${files.length} files, ${found} found`);
process.exit(found > 0 ? 1 : 0);
