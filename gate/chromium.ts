import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser the tests drive; CHROMIUM names another. Null when there is none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM'];
  return [...(named ? [named] : []), ...CANDIDATES].find((path) => existsSync(path)) ?? null;
}

/** Installs Chromium with apt-get where that may be done; otherwise ends the process saying what to install. */
export function ensureChromium(): void {
  if (findChromium()) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests: apt-get install chromium');
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['-q', 'update'], options);
    spawnSync('apt-get', ['-q', '-y', '--no-install-recommends', 'install', 'chromium'], options);
    if (findChromium()) return;
  }
  console.error(
    'The browser tests need Chromium. Install it (Debian, Ubuntu: apt-get install chromium; macOS: brew install chromium), ' +
      'or set CHROMIUM to the path of a Chromium or Chrome.',
  );
  process.exit(1);
}
