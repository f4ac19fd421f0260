/** One line of a chart: its name and its points in time order. Times are seconds, as the query API gives them. */
export interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Fills `{{label}}` in a legend from a series' labels; an empty template names the series by its labels. */
export function lineName(template: string, labels: Readonly<Record<string, string>>): string {
  if (template === '') return bareName(labels);
  const text = template.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (_, name: string) =>
    Object.hasOwn(labels, name) ? (labels[name] ?? '') : '',
  );
  return text.trim() === '' ? 'none' : text.trim();
}

/** `name{a="b"}` as Prometheus prints it. */
export function bareName(labels: Readonly<Record<string, string>>): string {
  const name = labels['__name__'] ?? '';
  const rest = Object.entries(labels).filter(([key]) => key !== '__name__');
  if (rest.length === 0) return name;
  return `${name}{${rest.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(', ')}}`;
}
