import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/**
 * The class names of the component library that the scripts use and `styles` has nothing about, although `all` does: their
 * components would be drawn bare.
 */
export function unstyledClasses(scripts: readonly string[], styles: string, all: string): readonly string[] {
  const classesOf = (text: string): ReadonlySet<string> => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));
  const [known, styled] = [classesOf(all), classesOf(styles)];
  return [...classesOf(scripts.join('\n'))].filter((name) => known.has(name) && !styled.has(name));
}

/** Fails the build when a component is used whose styles `page/component-styles.ts` does not import. */
export function refuseUnstyled(): Plugin {
  return {
    name: 'refuse-unstyled',
    apply: 'build',
    async generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const scripts = files.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
      const styles = files.flatMap((file) =>
        file.type === 'asset' && file.fileName.endsWith('.css') ? [String(file.source)] : [],
      );
      const all = await readFile(fileURLToPath(import.meta.resolve('@mantine/core/styles.css')), 'utf8');
      const missing = unstyledClasses(scripts, styles.join('\n'), all);
      if (missing.length > 0)
        this.error(
          `Cannot build the page: no styles for ${missing.join(', ')}; import the component's file of @mantine/core/styles in page/component-styles.ts`,
        );
    },
  };
}
