/** What the query API answers, and its HTTP status as `code`. */
export interface Answer {
  readonly code: number;
  readonly status: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly data?: { readonly resultType: string; readonly result: readonly unknown[] };
}

interface Row {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
  readonly histogram?: unknown;
  readonly histograms?: readonly unknown[];
}

const TOLERANCE = 1e-9;
/** More annotations than this are cut, in no particular order. */
const ANNOTATIONS_MAX = 10;
/** What Prometheus 3.14 says and 3.5 did not yet. */
const NEWER_NOTES = /sort is ineffective|conflicting counter resets/;
/** How far counts of a classic histogram fell, which 3.5 does not say. */
const NEWER_DETAIL = /, from buckets \S+ to \S+, with a max diff of \S+, over \d+ samples from \S+ to \S+/;
/** Where a subquery's annotations stand in 3.5, whatever place the subquery has. */
const FIRST_PLACE = ' (1:1)';
/** Which of equal values these choose is chance. */
const CHOICES = /\b(topk|bottomk|limitk|limit_ratio)\b/;
const NUMBER = /^[-+]?(\d+\.?\d*([eE][-+]?\d+)?|Inf)$|^NaN$/;

/** In words what differs between the answers to a query, null when they agree. */
export function differenceOf(theirs: Answer, ours: Answer, query: string): string | null {
  if (theirs.code !== ours.code || theirs.errorType !== ours.errorType)
    return `${theirs.code} ${theirs.errorType ?? ''} ${theirs.error ?? summary(theirs)} | ${ours.code} ${ours.errorType ?? ''} ${ours.error ?? summary(ours)}`;
  if (theirs.status === 'error') {
    // Parse errors of ours say what was expected, evaluation errors are the same.
    if (theirs.code === 400 || normal(theirs.error) === normal(ours.error)) return null;
    return `error ${theirs.error} | ${ours.error}`;
  }
  return (
    valueDifference(theirs.data!, ours.data!, query) ??
    annotationDifference('warnings', theirs.warnings, ours.warnings) ??
    annotationDifference('infos', theirs.infos, ours.infos)
  );
}

function normal(error = ''): string {
  // Which of two series is named first is chance.
  return error.replace(/: \[.*?\];/, ': [];').replace(/\{[^}]*\}/g, (labels) => [...labels].sort().join(''));
}

function summary({ data }: Answer): string {
  return JSON.stringify(data).slice(0, 200);
}

function annotationDifference(
  kind: string,
  theirs: readonly string[] = [],
  ours: readonly string[] = [],
): string | null {
  if (theirs.length > ANNOTATIONS_MAX)
    return ours.length > ANNOTATIONS_MAX ? null : `${kind}: ${theirs.length} | ${ours.length}`;
  const left = theirs.map((text) => text.replace(' for metric name ""', '')).sort();
  const atFirst = new Set(left.filter((text) => text.endsWith(FIRST_PLACE)));
  const right = ours
    .filter((text) => !NEWER_NOTES.test(text))
    .map((text) => text.replace(' for metric name ""', '').replace(NEWER_DETAIL, ''))
    .map((text) => {
      const moved = text.replace(/ \(\d+:\d+\)$/, FIRST_PLACE);
      return atFirst.has(moved) ? moved : text;
    })
    .sort();
  return JSON.stringify(left) === JSON.stringify(right)
    ? null
    : `${kind} ${left.join('\n    ')}\n  | ${right.join('\n    ')}`;
}

function valueDifference(
  theirs: NonNullable<Answer['data']>,
  ours: NonNullable<Answer['data']>,
  query: string,
): string | null {
  if (theirs.resultType !== ours.resultType) return `type ${theirs.resultType} | ${ours.resultType}`;
  if (theirs.resultType === 'scalar' || theirs.resultType === 'string')
    return isNear(theirs.result, ours.result)
      ? null
      : `${JSON.stringify(theirs.result)} | ${JSON.stringify(ours.result)}`;
  const [left, right] = [theirs.result as readonly Row[], ours.result as readonly Row[]].map(
    (rows) => new Map(rows.map((row) => [keyOf(row.metric), row])),
  ) as [Map<string, Row>, Map<string, Row>];
  if (CHOICES.test(query)) return null;
  for (const key of left.keys())
    if (!right.has(key))
      return `only theirs (${left.size} | ${right.size}): ${key} ${JSON.stringify(left.get(key)).slice(0, 300)} of ours ${[...right.keys()].slice(0, 3)}`;
  for (const key of right.keys())
    if (!left.has(key))
      return `only ours (${left.size} | ${right.size}): ${key} ${JSON.stringify(right.get(key)).slice(0, 300)}`;
  for (const [key, row] of left) {
    const difference = rowDifference(row, right.get(key)!);
    if (difference !== null) return `${key}: ${difference}`;
  }
  return orderDifference(theirs, ours, query);
}

/** A matrix is sorted by labels, a sorted vector by what was asked for; of equal values the order is chance. */
function orderDifference(
  theirs: NonNullable<Answer['data']>,
  ours: NonNullable<Answer['data']>,
  query: string,
): string | null {
  const byLabels = theirs.resultType === 'matrix' || query.startsWith('sort_by_label');
  if (!byLabels && !query.startsWith('sort')) return null;
  const [left, right] = [theirs.result as readonly Row[], ours.result as readonly Row[]].map((rows) =>
    rows.map(({ metric, value }) => (byLabels ? keyOf(metric) : JSON.stringify(value))).join(' '),
  );
  return left === right ? null : `order ${left} | ${right}`;
}

function keyOf(metric: Row['metric']): string {
  return JSON.stringify(Object.entries(metric).sort());
}

function rowDifference(theirs: Row, ours: Row): string | null {
  for (const name of ['value', 'values', 'histogram', 'histograms'] as const) {
    const [left, right] = [theirs[name], ours[name]];
    if (isNear(left, right)) continue;
    const isList = name.endsWith('s') && Array.isArray(left) && Array.isArray(right);
    if (!isList || left.length !== right.length)
      return `${name} ${JSON.stringify(left)?.slice(0, 300)} | ${JSON.stringify(right)?.slice(0, 300)}`;
    const at = left.findIndex((one, index) => !isNear(one, right[index]));
    return `${name}[${at}] ${JSON.stringify(left[at])} | ${JSON.stringify(right[at])}`;
  }
  return null;
}

/** Equal, but for the last digits of numbers. */
function isNear(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') {
    if (!NUMBER.test(left) || !NUMBER.test(right) || /Inf|NaN/.test(left + right)) return false;
    const [a, b] = [Number(left), Number(right)];
    return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const [a, b] = [Object.entries(left), Object.entries(right)];
  return (
    a.length === b.length &&
    a.every(([key, value], index) => key === b[index]![0] && isNear(value, b[index]![1]))
  );
}
