/** A part of the query's text: UTF-16 offsets, end exclusive. */
export interface Position {
  readonly start: number;
  readonly end: number;
}

/** As Prometheus shows a position: `line:column`, both from 1, the column counted in UTF-8 bytes. */
export function formatPosition(query: string, offset: number): string {
  const before = query.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return `${line}:${new TextEncoder().encode(before.slice(lineStart)).length + 1}`;
}
