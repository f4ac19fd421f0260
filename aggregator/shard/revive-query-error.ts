import { QueryError } from '@tocsin/query/query-error.ts';
import type { ReviveError } from '@tocsin/runtime/threads/calls.ts';

/** What a thread that evaluates says about the query itself; null for other errors. */
export const reviveQueryError: ReviveError = ({ name, message, fields }) =>
  name === 'QueryError'
    ? new QueryError(fields['kind'] as QueryError['kind'], message, { limit: String(fields['limit']) })
    : null;
