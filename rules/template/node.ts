/** The syntax tree of a template, one kind per construct of Go's text/template. `line` counts from 1. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe; readonly line: number }
  | BranchNode
  | { readonly kind: 'break'; readonly line: number }
  | { readonly kind: 'continue'; readonly line: number }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | null; readonly line: number };

export interface BranchNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[] | null;
  readonly line: number;
}

export interface Pipe {
  readonly kind: 'pipe';
  /** Variables declared or assigned, with their `$`. */
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
  readonly line: number;
}

export interface Command {
  readonly operands: readonly Operand[];
  readonly line: number;
}

export type Operand =
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'field'; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'chain'; readonly base: Operand; readonly names: readonly string[] }
  | { readonly kind: 'dot' }
  | { readonly kind: 'nil' }
  | { readonly kind: 'constant'; readonly value: boolean | bigint | number | string }
  | Pipe;
