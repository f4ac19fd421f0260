import type { QueryAnswer } from '@tocsin/query/result.ts';
import { renderResult } from './render-result.ts';

export interface Noted {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** `{"status":"success","data":...,"warnings":[...],"infos":[...]}`, the two lists only when they hold something. */
export function* envelope(data: Iterable<string>, { warnings = [], infos = [] }: Noted): Generator<string> {
  yield '{"status":"success","data":';
  yield* data;
  if (warnings.length > 0) yield `,"warnings":${JSON.stringify(warnings)}`;
  if (infos.length > 0) yield `,"infos":${JSON.stringify(infos)}`;
  yield '}';
}

/** A query's `data`: `{"resultType":...,"result":...,"stats":...}`; null leaves the stats out. */
export function* queryData({ result }: Pick<QueryAnswer, 'result'>, stats: unknown): Generator<string> {
  yield `{"resultType":"${result.kind}","result":`;
  yield* renderResult(result);
  yield stats === null ? '}' : `,"stats":${JSON.stringify(stats)}}`;
}
