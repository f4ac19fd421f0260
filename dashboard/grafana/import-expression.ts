/** A PromQL expression of Grafana's with its own variables written as ours. */
export function importExpression(expr: string, note: (text: string) => void): string {
  const known: Readonly<Record<string, string>> = {
    __rate_interval: '$window',
    __interval: '$step',
    __range: '$range',
  };
  return renameVariables(expr).replace(
    /\$\{(__\w+)(?::\w+)?\}|\$(__\w+)/g,
    (whole, braced?: string, bare?: string) => {
      const ours = known[braced ?? bare ?? ''];
      if (ours === undefined) note(`the variable ${whole} has no counterpart`);
      return ours ?? whole;
    },
  );
}

/** The old way of writing variables, `[[name]]`, and formats that mean the same here. */
export const renameVariables = (text: string): string =>
  text
    .replace(/\[\[(\w+)(?::\w+)?\]\]/g, (_, name: string) => braced(name))
    .replace(/\$\{(\w+):(?!regex\})\w+\}/g, (_, name: string) => braced(name));

const braced = (name: string): string => `$\{${name}}`;
