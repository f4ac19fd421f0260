/** A part of Vite's manifest: what a source file of the page became. */
interface BuiltModule {
  readonly file: string;
  readonly name?: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

/** What draws each page: the module, or the name of the chunk the build put it into. */
const pages: readonly (readonly [RegExp, string])[] = [
  [/^\/(graph)?$/, 'overview'],
  [/^\/dashboards\/?$/, 'dashboards/dashboards-page.tsx'],
  [/^\/dashboards\/[^/]+\/?$/, 'dashboard'],
  [/^\/explore\/?$/, 'explore/explore-page.tsx'],
  [/^\/alerts\/?$/, 'alerts/alerts-page.tsx'],
  [/^\/logs\/?$/, 'logs/logs-page.tsx'],
  [/^\/catalogue\/?$/, 'metrics/catalogue-page.tsx'],
  [/^\/system\/?$/, 'system/system-page.tsx'],
];

/** What the page is made of, as the build's manifest tells. */
export interface PageLinks {
  /**
   * What a browser needs for the page at `path`, as the value of a `Link` header: it is fetched beside the page's first
   * script instead of after it. Empty when nothing is known.
   */
  of(path: string): string;
  /** The address of the script that runs before the page's; undefined when there is none. */
  readonly begin: string | undefined;
}

/** `manifest` is the text Vite wrote; with none, or one that says nothing, the page comes as well, only later. */
export function createPageLinks(manifest: string | null): PageLinks {
  const modules = readManifest(manifest);
  const begin = modules['begin/begin.ts']?.file;
  return { begin: begin === undefined ? undefined : `/${begin}`, of };

  function of(path: string): string {
    const drawnBy = pages.find(([pattern]) => pattern.test(path))?.[1];
    const [key] =
      Object.entries(modules).find(([key, { name }]) => key === drawnBy || name === drawnBy) ?? [];
    if (drawnBy === undefined || key === undefined) return '';
    const scripts = new Set<string>();
    const styles = new Set<string>();
    const visited = new Set([key]);
    for (const name of visited) {
      const module = modules[name];
      if (module === undefined) continue;
      scripts.add(module.file);
      for (const style of module.css ?? []) styles.add(style);
      for (const imported of module.imports ?? []) visited.add(imported);
    }
    const links = [
      ...[...scripts].map((file) => `</${file}>; rel=modulepreload`),
      ...[...styles].map((file) => `</${file}>; rel=preload; as=style; crossorigin=anonymous`),
    ];
    return links.join(', ');
  }
}

function readManifest(text: string | null): Readonly<Record<string, BuiltModule>> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, BuiltModule>) : {};
  } catch {
    // The page works without; it is only later.
    return {};
  }
}
