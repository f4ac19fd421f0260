import type { Plugin } from 'vite';

/** Chromium reads it when it stands before everything else; to other browsers it is a comment. */
const hint = '//# allFunctionsCalledOnLoad\n';

/**
 * Has the chunks of these names compiled as a whole, beside the page's thread while they arrive, instead of one function after the
 * other in it when they are first called.
 */
export function compileHints(names: readonly string[]): Plugin {
  const isMeant = (name: string): boolean => names.includes(name);
  return {
    name: 'compile-hints',
    apply: 'build',
    enforce: 'post',
    augmentChunkHash: ({ name }) => (isMeant(name) ? hint : undefined),
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle))
          if (file.type === 'chunk' && isMeant(file.name)) file.code = hint + file.code;
      },
    },
  };
}
