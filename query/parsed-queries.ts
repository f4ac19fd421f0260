import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { walk } from '@tocsin/protocol/promql/walk.ts';

// Rules and panels ask the same again and again. A tree takes some ten times the room of its text.
const CHARACTERS_MAX = 2 ** 20;

const byText = new Map<string, readonly Expr[]>();
const places = new WeakMap<Expr, number>();
let characters = 0;

/** Parses a query, or remembers it. Throws ParseError. */
export function parsedQuery(text: string): Expr {
  return nodesOf(text)[0]!;
}

/** Where a node stands in the query it was parsed from, which another thread finds it by; null for one made otherwise. */
export function placeOf(node: Expr): number | null {
  return places.get(node) ?? null;
}

/** The node at that place. Throws ParseError. */
export function nodeAt(text: string, place: number): Expr {
  const node = nodesOf(text)[place];
  if (node === undefined) throw new Error(`Cannot find node ${place} of the query ${text}`);
  return node;
}

function nodesOf(text: string): readonly Expr[] {
  const known = byText.get(text);
  if (known !== undefined) {
    // The least recently used goes first.
    byText.delete(text);
    byText.set(text, known);
    return known;
  }
  const nodes = [...walk(parseExpr(text))];
  for (const [place, node] of nodes.entries()) places.set(node, place);
  byText.set(text, nodes);
  characters += text.length;
  for (const oldest of byText.keys()) {
    if (characters <= CHARACTERS_MAX) break;
    byText.delete(oldest);
    characters -= oldest.length;
  }
  return nodes;
}
