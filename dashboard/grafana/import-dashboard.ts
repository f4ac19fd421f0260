import type { DashboardSource } from '../files/dashboard-schema.ts';
import { field, listOf, numberOf, textOf } from './grafana-json.ts';
import { importExpression, renameVariables } from './import-expression.ts';
import { importPanel, type PanelSource } from './import-panel.ts';
import { importVariable } from './import-variable.ts';

export interface ImportedDashboard {
  readonly dashboard: DashboardSource;
  /** What of the file has no counterpart, for people. */
  readonly left: readonly string[];
}

type Section = NonNullable<DashboardSource['sections']>[number] & { panels: PanelSource[] };

const leftMax = 500;
const panelsMax = 200;

/**
 * A dashboard from Grafana's JSON, as it is exported, or as its API gives it (below `dashboard`). What maps is taken, the rest is listed.
 * @throws Error when it is no dashboard of Grafana's.
 */
export function importDashboard(json: unknown): ImportedDashboard {
  const source = field(json, 'dashboard') ?? json;
  if (!Array.isArray(field(source, 'panels')) && !Array.isArray(field(source, 'rows')))
    throw new Error(
      'Cannot import this file: it has neither panels nor rows, so it is no dashboard of Grafana’s',
    );
  const notes: string[] = [];
  const note = (text: string) => {
    if (notes.length < leftMax) notes.push(text);
  };
  const variables = listOf(field(field(source, 'templating'), 'list'))
    .slice(0, 50)
    .flatMap((one) => importVariable(one, note) ?? []);
  const seen = new Set<string>();
  const unique = variables.filter(({ name }) => !seen.has(name) && seen.add(name));
  const sections = importSections(source, note);
  const known = new Set(unique.map(({ name }) => name));
  for (const section of sections) {
    dropUnknownRepeat(section, known, note);
    for (const panel of section.panels) dropUnknownRepeat(panel, known, note);
  }
  const last = /^now-(\d{1,6}[smhdw])$/.exec(textOf(field(field(source, 'time'), 'from')))?.[1];
  const [first, ...rest] = sections;
  const isLoose = first !== undefined && (first.title ?? '') === '' && first.repeat === undefined;
  const annotations = importAnnotations(source, note);
  const links = importLinks(source, note);
  const description = textOf(field(source, 'description'));
  const tags = listOf(field(source, 'tags'))
    .map(textOf)
    .filter((tag) => tag !== '');
  return {
    dashboard: {
      title: textOf(field(source, 'title')).slice(0, 200) || 'Imported dashboard',
      ...(description === '' ? {} : { description: description.slice(0, 5000) }),
      ...(tags.length === 0 ? {} : { tags: tags.slice(0, 50).map((tag) => tag.slice(0, 50)) }),
      ...(last === undefined ? {} : { time: { last } }),
      ...(unique.length === 0 ? {} : { variables: unique }),
      ...(links.length === 0 ? {} : { links }),
      ...(annotations.length === 0 ? {} : { annotations }),
      ...(isLoose ? { panels: first.panels } : {}),
      ...((isLoose ? rest : sections).length === 0 ? {} : { sections: isLoose ? rest : sections }),
    },
    left: notes,
  };
}

/** Rows become sections: those of old files hold their panels, those of new ones stand above theirs. */
function importSections(source: unknown, note: (text: string) => void): Section[] {
  const sections: Section[] = [];
  const open = (title: string, row?: unknown): Section => {
    const repeat = textOf(field(row, 'repeat'));
    const section: Section = {
      ...(title === '' ? {} : { title: renameVariables(title).slice(0, 200) }),
      ...(/^[a-zA-Z_]\w{0,63}$/.test(repeat) ? { repeat } : {}),
      ...(field(row, 'collapsed') === true || field(row, 'collapse') === true ? { collapsed: true } : {}),
      panels: [],
    };
    if (sections.length < 100) sections.push(section);
    else note(`row "${title.slice(0, 100)}": more than 100 rows`);
    return section;
  };
  const put = (section: Section, panel: unknown) => {
    const imported = importPanel(panel, note);
    if (imported === undefined) return;
    if (section.panels.length < panelsMax) section.panels.push(imported);
    else
      note(`panel "${textOf(field(panel, 'title')).slice(0, 100)}": more than ${panelsMax} panels in a row`);
  };
  for (const row of listOf(field(source, 'rows'))) {
    const section = open(textOf(field(row, 'title')), row);
    for (const panel of listOf(field(row, 'panels'))) put(section, panel);
  }
  let current: Section | undefined;
  for (const panel of inReadingOrder(listOf(field(source, 'panels')))) {
    if (textOf(field(panel, 'type')) === 'row') {
      current = open(textOf(field(panel, 'title')), panel);
      for (const inner of inReadingOrder(listOf(field(panel, 'panels')))) put(current, inner);
    } else {
      current ??= open('');
      put(current, panel);
    }
  }
  return sections.filter(({ panels }) => panels.length > 0);
}

function inReadingOrder(panels: readonly unknown[]): readonly unknown[] {
  const place = (panel: unknown, axis: 'x' | 'y') => numberOf(field(field(panel, 'gridPos'), axis)) ?? 0;
  return [...panels].sort((a, b) => place(a, 'y') - place(b, 'y') || place(a, 'x') - place(b, 'x'));
}

function dropUnknownRepeat(
  item: { repeat?: string | undefined; title?: string | undefined },
  known: ReadonlySet<string>,
  note: (text: string) => void,
): void {
  if (item.repeat === undefined || known.has(item.repeat)) return;
  note(`"${item.title ?? ''}": is not repeated, because the variable ${item.repeat} is not there`);
  delete item.repeat;
}

function importAnnotations(source: unknown, note: (text: string) => void) {
  return listOf(field(field(source, 'annotations'), 'list'))
    .flatMap((one) => {
      const title = textOf(field(one, 'name')).slice(0, 200);
      if (field(one, 'builtIn') === 1) return [];
      const expr = textOf(field(one, 'expr')) || textOf(field(field(one, 'target'), 'expr'));
      if (expr === '' || expr.length > 20_000) {
        note(`annotation "${title}": it asks nothing in PromQL`);
        return [];
      }
      const legend = textOf(field(one, 'titleFormat'));
      return [
        {
          title,
          expr: importExpression(expr, note),
          ...(legend === '' ? {} : { legend: legend.slice(0, 500) }),
        },
      ];
    })
    .slice(0, 20);
}

function importLinks(source: unknown, note: (text: string) => void) {
  return listOf(field(source, 'links'))
    .flatMap((link) => {
      const url = renameVariables(textOf(field(link, 'url')));
      const title = textOf(field(link, 'title')).slice(0, 200);
      if (/^(https?:\/\/|\/(?!\/))/.test(url) && url.length <= 4096) return [{ title, url }];
      note(`link "${title}": it has no web address`);
      return [];
    })
    .slice(0, 50);
}
