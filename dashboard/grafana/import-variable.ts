import type { DashboardSource } from '../files/dashboard-schema.ts';
import { timeVariables } from '../files/interpolate.ts';
import { field, listOf, textOf } from './grafana-json.ts';
import { renameVariables } from './import-expression.ts';

type Variable = NonNullable<DashboardSource['variables']>[number];

const valuesMax = 500;

/** One of Grafana's template variables as ours; undefined when it has no counterpart, which `note` is told. */
export function importVariable(source: unknown, note: (text: string) => void): Variable | undefined {
  const name = textOf(field(source, 'name'));
  const kind = textOf(field(source, 'type'));
  const leave = (why: string) => {
    note(`variable ${name || '(unnamed)'}: ${why}`);
    return undefined;
  };
  if (!/^[a-zA-Z_]\w{0,63}$/.test(name)) return leave('its name cannot be used');
  if (timeVariables.some((own) => own === name))
    return leave('the page fills in a variable of this name itself');
  const chosen = field(field(source, 'current'), 'value');
  const isAll = JSON.stringify(chosen ?? '').includes('$__all');
  const label = textOf(field(source, 'label'));
  const shared = {
    name,
    ...(label === '' ? {} : { label: label.slice(0, 200) }),
    ...(field(source, 'multi') === true ? { multi: true } : {}),
    ...(field(source, 'includeAll') === true ? { all: true } : {}),
    ...(isAll ? {} : defaultOf(chosen)),
  };
  switch (kind) {
    case 'query': {
      const query = textOf(field(source, 'query')) || textOf(field(field(source, 'query'), 'query'));
      const one = /^\s*label_values\(\s*([\w.:-]+)\s*\)\s*$/.exec(query);
      if (one?.[1]) return { ...shared, values_of: one[1] };
      const two = /^\s*label_values\(\s*(.+?)\s*,\s*([\w.:-]+)\s*\)\s*$/s.exec(query);
      if (two?.[1] && two[2]) return { ...shared, values_of: two[2], of: renameVariables(two[1]) };
      if (textOf(field(source, 'regex')) !== '') note(`variable ${name}: its regular expression is left out`);
      return leave(`its query "${query.slice(0, 100)}" is not label_values(...)`);
    }
    case 'custom':
    case 'interval': {
      const values = listOf(field(source, 'options'))
        .map((option) => textOf(field(option, 'value')))
        .filter((value) => value !== '' && value !== '$__all' && !value.startsWith('$__auto'));
      const listed = textOf(field(source, 'query'))
        .split(',')
        .map((value) => value.trim().replace(/^.*\s:\s/, ''))
        .filter((value) => value !== '');
      const all = [...new Set(values.length > 0 ? values : listed)].map((value) => value.slice(0, 500));
      return all.length === 0 ? leave('it has no values') : { ...shared, values: all.slice(0, valuesMax) };
    }
    case 'constant': {
      const value = textOf(field(source, 'query')).slice(0, 500);
      return value === '' ? leave('it has no value') : { name, values: [value] };
    }
    case 'textbox': {
      const value = textOf(field(source, 'query'));
      return { name, free: true, ...(value === '' ? {} : { default: value }) };
    }
    case 'datasource':
      return leave('there is one source of data here, so none has to be chosen');
    default:
      return leave(`the kind "${kind.slice(0, 50)}" has no counterpart`);
  }
}

function defaultOf(chosen: unknown): { readonly default?: string | string[] } {
  if (typeof chosen === 'string' && chosen !== '') return { default: chosen };
  const several = listOf(chosen).filter((one) => typeof one === 'string');
  return several.length === 0 ? {} : { default: several };
}
