import { exprToJson } from '@tocsin/protocol/promql/expr-json.ts';
import { formatPretty } from '@tocsin/protocol/promql/format.ts';
import { type Endpoint, valueAnswer } from './endpoint.ts';
import { parseQuery } from './parse-query.ts';

/** `format_query` gives the query as it is written well, `parse_query` its tree; neither evaluates it. */
export const expressionEndpoints: Readonly<Record<'format' | 'parse', Endpoint>> = {
  format: async ({ parameters }) => valueAnswer(formatPretty(parseQuery(parameters.get('query') ?? ''))),
  parse: async ({ parameters }) => valueAnswer(exprToJson(parseQuery(parameters.get('query') ?? ''))),
};
