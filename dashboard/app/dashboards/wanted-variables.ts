const prefix = 'var-';
const lengthMax = 500;

/** What an address asks of a dashboard's variables, as `var-NAME=VALUE`, by name. */
export function wantedVariables(search: string): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, readonly string[]>();
  for (const [parameter, value] of new URLSearchParams(search)) {
    if (!parameter.startsWith(prefix)) continue;
    const name = parameter.slice(prefix.length);
    wanted.set(name, [...(wanted.get(name) ?? []), value.slice(0, lengthMax)]);
  }
  return wanted;
}

/** The address with other values of a variable. */
export function withVariable(search: string, name: string, values: readonly string[]): string {
  const params = new URLSearchParams(search);
  params.delete(prefix + name);
  for (const value of values) params.append(prefix + name, value);
  return params.toString();
}
