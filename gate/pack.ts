/**
 * Makes the two packages that are published, `tocsin` (the command) and `@tocsin/agent` (the library), as tarballs
 * in dist/. Node runs no TypeScript below node_modules, so types are stripped from the sources and written beside
 * as declarations; imports between parts become relative, so that each package is one folder without workspaces.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

interface Package {
  readonly name: string;
  /** The part whose package.json is the package's. */
  readonly part: string;
  /** Sources from which everything else is reached. */
  readonly entries: readonly string[];
  /** Files and folders taken along as they are. */
  readonly assets: readonly string[];
  /** What package.json says beside name, version and dependencies. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

const packages: readonly Package[] = [
  {
    name: 'tocsin',
    part: 'cli',
    entries: ['cli/main.ts'],
    assets: [
      'cli/tocsin.js',
      'cli/package.json',
      'dashboard/dist',
      ...tracked('rules/packs'),
      ...tracked('docs/runbooks'),
    ],
    // The platform packages of Node make it run where the machine's own Node is too old.
    manifest: { bin: { tocsin: './cli/tocsin.js' }, optionalDependencies: platformNodes() },
  },
  {
    name: '@tocsin/agent',
    part: 'agent',
    entries: ['agent/library.ts', 'agent/pino-transport.ts'],
    assets: [],
    manifest: {
      exports: {
        '.': { types: './agent/library.d.ts', default: './agent/library.js' },
        './pino-transport': { types: './agent/pino-transport.d.ts', default: './agent/pino-transport.js' },
      },
      // Services run on older Nodes than ours; the library is tested on 20.
      engines: { node: '>=20' },
      peerDependencies: { '@opentelemetry/api': '>=1.3.0 <2' },
      peerDependenciesMeta: { '@opentelemetry/api': { optional: true } },
    },
  },
];

// Where a module can be named: at the start of a statement, in import(), and in a URL beside this file.
const SPECIFIER =
  /(^(?:import\b|export\b|\})[^'"\n]*?\bfrom\s*|^import\s*|\bimport\(\s*|\bnew URL\(\s*|\bimport\.meta\.resolve\(\s*)(['"])([^'"\s]+)\2/gm;
const root = resolve('.');
const manifests = new Map(
  parts().map((part) => [part, JSON.parse(readFileSync(`${part}/package.json`, 'utf8'))]),
);

for (const item of packages) {
  const folder = `dist/${item.name.replace('/', '-').replace('@', '')}`;
  rmSync(folder, { recursive: true, force: true });
  const { files, external } = reach(item.entries);
  for (const file of files) {
    write(
      join(folder, file.replace(/\.ts$/, '.js')),
      rewrite(file, stripTypeScriptTypes(readFileSync(file, 'utf8'))),
    );
  }
  declare(item, folder);
  for (const asset of item.assets) {
    if (asset.endsWith('.js')) write(join(folder, asset), rewrite(asset, readFileSync(asset, 'utf8')));
    else cpSync(asset, join(folder, asset), { recursive: true });
  }
  for (const asset of ['LICENSE', 'README.md']) cpSync(asset, join(folder, asset));
  const { version, description } = manifests.get(item.part);
  write(
    join(folder, 'package.json'),
    `${JSON.stringify(
      {
        name: item.name,
        version,
        description,
        license: 'Apache-2.0',
        type: 'module',
        engines: { node: '>=24' },
        ...item.manifest,
        dependencies: Object.fromEntries([...external].sort().map((name) => [name, wantedVersion(name)])),
      },
      null,
      2,
    )}\n`,
  );
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', '..'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  console.log(`dist/${packed.filename}: ${packed.entryCount} files, ${(packed.size / 1024).toFixed(0)} KiB`);
}

/** All sources reached from the entries, and the npm packages they import. */
function reach(entries: readonly string[]): { files: ReadonlySet<string>; external: ReadonlySet<string> } {
  const files = new Set<string>();
  const external = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, , , specifier] of stripTypeScriptTypes(readFileSync(file, 'utf8')).matchAll(SPECIFIER)) {
      const target = locate(file, specifier!);
      if (target !== null && /\.[jt]s$/.test(target)) waiting.push(target);
      else if (target === null && !specifier!.startsWith('node:') && !specifier!.startsWith('.')) {
        external.add(
          specifier!
            .split('/')
            .slice(0, specifier!.startsWith('@') ? 2 : 1)
            .join('/'),
        );
      }
    }
  }
  return { files, external };
}

/** The file of this repository that a specifier means, relative to the root; null for anything else. */
function locate(from: string, specifier: string): string | null {
  if (specifier.startsWith('.'))
    return existsSync(join(dirname(from), specifier)) ? join(dirname(from), specifier) : null;
  const match = /^@tocsin\/([^/]+)\/(.+)$/.exec(specifier);
  return match ? `${match[1]}/${match[2]}` : null;
}

/** The text with every import of a source of ours made relative and pointed at the JavaScript. */
function rewrite(file: string, text: string): string {
  return text.replace(SPECIFIER, (whole, before: string, quote: string, specifier: string) => {
    const target = locate(file, specifier);
    if (target === null || (specifier.startsWith('.') && !target.endsWith('.ts'))) return whole;
    const path = relative(dirname(file), target).replace(/\.ts$/, '.js');
    return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
}

/** Declarations for packages that are imported. */
function declare(item: Package, folder: string): void {
  if (!('exports' in item.manifest)) return;
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: resolve(folder),
    },
    files: item.entries.map((entry) => join(root, entry)),
    include: [],
    exclude: [],
  };
  write(`${folder}.tsconfig.json`, JSON.stringify(options));
  execFileSync('tsc', ['-p', `${folder}.tsconfig.json`], { stdio: 'inherit' });
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    write(join(folder, file), rewrite(file, readFileSync(join(folder, file), 'utf8')));
  }
}

/** The version range with which the parts ask for an npm package. */
function wantedVersion(name: string): string {
  for (const { dependencies } of manifests.values()) if (dependencies?.[name]) return dependencies[name];
  throw new Error(`Cannot pack: no part's package.json names ${name} among its dependencies`);
}

function platformNodes(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync('package.json', 'utf8')).optionalDependencies;
}

function parts(): readonly string[] {
  return JSON.parse(readFileSync('package.json', 'utf8')).workspaces;
}

function tracked(folder: string): readonly string[] {
  return execFileSync('git', ['ls-files', folder], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
