import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { walk } from '@tocsin/protocol/promql/walk.ts';

// Rules and panels ask the same again and again. A tree takes some ten times the room of its text.
const CHARACTERS_MAX = 2 ** 20;

/** Those used since the last change of generations, and those used only before it, which go with the next one. */
let recent = new Map<string, readonly Expr[]>();
let earlier = new Map<string, readonly Expr[]>();
let recentCharacters = 0;
const places = new WeakMap<Expr, number>();

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
  const known = recent.get(text);
  if (known !== undefined) return known;
  const nodes = earlier.get(text) ?? parsed(text);
  if (recentCharacters + text.length > CHARACTERS_MAX / 2) {
    earlier = recent;
    recent = new Map();
    recentCharacters = 0;
  }
  recent.set(text, nodes);
  recentCharacters += text.length;
  return nodes;
}

function parsed(text: string): readonly Expr[] {
  const nodes = [...walk(parseExpr(text))];
  for (const [place, node] of nodes.entries()) places.set(node, place);
  return nodes;
}
