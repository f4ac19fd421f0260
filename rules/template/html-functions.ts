import { escapeQuery } from './escape.ts';
import { sprint } from './print.ts';
import { type FunctionTable, functionTable, goFunction } from './value.ts';

/**
 * What these mean where everything written is escaped for its place: as in Go's html/template, `html` has nothing left to do,
 * and what went through `urlquery` is not escaped again in an address.
 */
export const HTML_FUNCTIONS: FunctionTable = functionTable([
  goFunction('html', (...values) => (values.length === 1 ? values[0]! : sprint(values)), 1, null),
  goFunction(
    'urlquery',
    (...values) => ({ kind: 'safe', context: 'url', text: escapeQuery(sprint(values)) }),
    1,
    null,
  ),
]);
