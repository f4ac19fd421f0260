import { readConstant } from './constant.ts';
import { lex, type Token, type TokenKind } from './lexer.ts';
import { TEMPLATE_LIMITS } from './limits.ts';
import type { BranchNode, Command, Node, Operand, Pipe } from './node.ts';
import { TemplateError } from './template-error.ts';
import { unquote } from './unquote.ts';

/** Named templates: the text itself under its own name, and every `{{define}}` and `{{block}}` in it. */
export type TemplateSet = ReadonlyMap<string, readonly Node[]>;

/**
 * Parses a template in the language of Go's text/template.
 * `functions` names what may be called; anything else is an error here and not at run time, as in Go.
 * `base` gives templates that are already defined and stay so.
 * @throws TemplateError with the line.
 */
export function parseTemplate(
  name: string,
  source: string,
  functions: { has(name: string): boolean },
  base: TemplateSet = new Map(),
): TemplateSet {
  if (source.length > TEMPLATE_LIMITS.sourceLength) {
    throw new TemplateError(name, 1, `template is longer than ${TEMPLATE_LIMITS.sourceLength} characters`);
  }
  const tokens = lex(name, source);
  const templates = new Map(base);
  let at = 0;
  let depth = 0;
  let loops = 0;
  // A define starts with no variables but `$`.
  let variables: string[] = ['$'];

  const peek = (): Token => tokens[at]!;
  const next = (): Token => tokens[at++]!;
  const fail = (detail: string, token: Token = peek()): never => {
    throw new TemplateError(name, token.line, detail);
  };
  const expect = (kind: TokenKind, context: string): Token => {
    const token = next();
    return token.kind === kind ? token : unexpected(token, context);
  };
  const unexpected = (token: Token, context: string): never => {
    const shown =
      token.kind === 'end-of-file'
        ? 'EOF'
        : token.kind === 'right'
          ? '"}}"'
          : token.text.length > 40
            ? `<${token.kind}>`
            : `"${token.text}"`;
    return fail(`unexpected ${shown} in ${context}`, token);
  };
  const deeper = <T>(parse: () => T): T => {
    if (++depth > TEMPLATE_LIMITS.depth) fail(`nested deeper than ${TEMPLATE_LIMITS.depth}`);
    const result = parse();
    depth--;
    return result;
  };

  const body = parseList('template', []).nodes;
  define(name, body);
  return templates;

  function define(templateName: string, nodes: readonly Node[]): void {
    // As in Go: an empty template never replaces one with content.
    const empty = nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
    if (!empty || !templates.has(templateName)) templates.set(templateName, nodes);
  }

  /** Nodes until one of `ends` (`end`, `else`), or the end of the text when there are none. */
  function parseList(
    context: string,
    ends: readonly string[],
  ): { readonly nodes: readonly Node[]; readonly end: Token } {
    const nodes: Node[] = [];
    for (;;) {
      const token = next();
      if (token.kind === 'end-of-file')
        return ends.length === 0 ? { nodes, end: token } : unexpected(token, context);
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text });
        continue;
      }
      const first = peek();
      if (first.kind === 'keyword' && ends.includes(first.text)) return { nodes, end: next() };
      const node = parseAction();
      if (node) nodes.push(node);
    }
  }

  function parseAction(): Node | null {
    const token = peek();
    if (token.kind !== 'keyword') {
      const pipe = parsePipe('command', 'right');
      return { kind: 'action', pipe, line: token.line };
    }
    next();
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return deeper(() => parseBranch(token.text as BranchNode['kind'], token));
      case 'break':
      case 'continue': {
        const after = next();
        if (after.kind !== 'right') return unexpected(after, `{{${token.text}}}`);
        if (loops === 0) return fail(`{{${token.text}}} outside {{range}}`, token);
        return { kind: token.text, line: token.line };
      }
      case 'template':
        return parseCall(token);
      case 'block':
        return parseBlock(token);
      case 'define':
        if (depth > 0) return unexpected(token, 'command');
        parseDefine();
        return null;
      default:
        return unexpected(token, token.text === 'end' ? '{{end}}' : 'command');
    }
  }

  function parseBranch(kind: BranchNode['kind'], token: Token): BranchNode {
    const outer = variables;
    variables = [...outer];
    const pipe = parsePipe(kind, 'right');
    if (kind === 'range') loops++;
    const { nodes, end } = parseList(kind, ['end', 'else']);
    if (kind === 'range') loops--;
    let otherwise: readonly Node[] | null = null;
    if (end.text === 'else') {
      const after = peek();
      if (
        after.kind === 'keyword' &&
        (after.text === kind || (after.text === 'if' && kind === 'if')) &&
        kind !== 'range'
      ) {
        // {{else if}} shares the one {{end}}.
        next();
        otherwise = [deeper(() => parseBranch(kind, after))];
      } else {
        expect('right', 'else');
        const rest = parseList(kind, ['end', 'else']);
        if (rest.end.text === 'else') return fail('expected end; found {{else}}', rest.end);
        otherwise = rest.nodes;
        expect('right', 'end');
      }
    } else expect('right', 'end');
    variables = outer;
    return { kind, pipe, body: nodes, otherwise, line: token.line };
  }

  function parseTemplateName(context: string): string {
    const token = next();
    if (token.kind !== 'string' && token.kind !== 'raw') return unexpected(token, context);
    return unquote(token.text) ?? fail(`invalid string ${token.text}`, token);
  }

  function parseCall(token: Token): Node {
    const called = parseTemplateName('template clause');
    if (peek().kind === 'right') {
      next();
      return { kind: 'template', name: called, pipe: null, line: token.line };
    }
    return { kind: 'template', name: called, pipe: parsePipe('template clause', 'right'), line: token.line };
  }

  function parseNested(context: string): readonly Node[] {
    const outer = variables;
    const outerLoops = loops;
    variables = ['$'];
    loops = 0;
    const { nodes } = deeper(() => parseList(context, ['end']));
    expect('right', 'end');
    variables = outer;
    loops = outerLoops;
    return nodes;
  }

  function parseBlock(token: Token): Node {
    const blockName = parseTemplateName('block clause');
    const pipe = parsePipe('block clause', 'right');
    define(blockName, parseNested('block clause'));
    return { kind: 'template', name: blockName, pipe, line: token.line };
  }

  function parseDefine(): void {
    const defined = parseTemplateName('define clause');
    expect('right', 'define clause');
    define(defined, parseNested('define clause'));
  }

  function parsePipe(context: string, end: 'right' | 'close'): Pipe {
    const start = peek();
    const declared = parseVariables(context);
    const commands: Command[] = [];
    for (;;) {
      const token = peek();
      if (token.kind === end) {
        next();
        break;
      }
      commands.push(parseCommand(context, end));
      const separator = peek();
      if (separator.kind === 'pipe') {
        next();
        if (peek().kind === end) fail(`missing value for ${context}`);
      } else if (separator.kind !== end) unexpected(separator, context);
    }
    if (commands.length === 0) fail(`missing value for ${context}`, start);
    for (const command of commands.slice(1)) {
      const kind = command.operands[0]!.kind;
      if (kind === 'constant' || kind === 'dot' || kind === 'nil') {
        fail(`non executable command in pipeline stage ${commands.indexOf(command) + 1}`, start);
      }
    }
    // Declared only now: `{{ $x := $x }}` reads the outer one.
    if (!declared.assigns) variables.push(...declared.names);
    return { kind: 'pipe', variables: declared.names, assigns: declared.assigns, commands, line: start.line };
  }

  function parseVariables(context: string): { readonly names: readonly string[]; readonly assigns: boolean } {
    const first = peek();
    const second = tokens[at + 1];
    if (first.kind !== 'variable' || !second) return { names: [], assigns: false };
    if (second.kind === 'declare' || second.kind === 'assign') {
      at += 2;
      if (second.kind === 'assign') checkVariable(first);
      return { names: [first.text], assigns: second.kind === 'assign' };
    }
    const third = tokens[at + 2];
    const fourth = tokens[at + 3];
    if (second.kind !== 'comma') return { names: [], assigns: false };
    if (
      context !== 'range' ||
      third?.kind !== 'variable' ||
      !(fourth?.kind === 'declare' || fourth?.kind === 'assign')
    ) {
      return context === 'range'
        ? fail('range can only initialize variables')
        : fail(`too many declarations in ${context}`);
    }
    at += 4;
    if (fourth.kind === 'assign') {
      checkVariable(first);
      checkVariable(third);
    }
    return { names: [first.text, third.text], assigns: fourth.kind === 'assign' };
  }

  function checkVariable(token: Token): void {
    if (!variables.includes(token.text)) fail(`undefined variable "${token.text}"`, token);
  }

  function parseCommand(context: string, end: 'right' | 'close'): Command {
    const line = peek().line;
    const operands: Operand[] = [];
    while (peek().kind !== 'pipe' && peek().kind !== end) {
      if (operands.length > 0 && !peek().spaced && peek().kind !== 'open') unexpected(peek(), 'operand');
      operands.push(parseOperand(context));
    }
    if (operands.length === 0) fail('empty command');
    if (operands.length === 1 && operands[0]!.kind === 'nil') fail('nil is not a command');
    return { operands, line };
  }

  function parseOperand(context: string): Operand {
    const token = next();
    const base = parseTerm(token, context);
    const names = parseFields();
    if (names.length === 0) return base;
    if (base.kind === 'field') return { kind: 'field', names: [...base.names, ...names] };
    if (base.kind === 'variable') return { ...base, names: [...base.names, ...names] };
    if (base.kind === 'constant' || base.kind === 'nil' || base.kind === 'dot') {
      return fail(`unexpected . after term ${JSON.stringify(token.text)}`, token);
    }
    return { kind: 'chain', base, names };
  }

  function parseFields(): string[] {
    const names: string[] = [];
    while (peek().kind === 'field' && !peek().spaced) names.push(next().text.slice(1));
    return names;
  }

  function parseTerm(token: Token, context: string): Operand {
    const constant = readConstant(token);
    if (constant) {
      return 'problem' in constant
        ? fail(constant.problem, token)
        : { kind: 'constant', value: constant.value };
    }
    switch (token.kind) {
      case 'identifier':
        if (!functions.has(token.text)) fail(`function "${token.text}" not defined`, token);
        return { kind: 'identifier', name: token.text };
      case 'field':
        return { kind: 'field', names: [token.text.slice(1)] };
      case 'variable':
        checkVariable(token);
        return { kind: 'variable', name: token.text, names: [] };
      case 'dot':
        return { kind: 'dot' };
      case 'nil':
        return { kind: 'nil' };
      case 'open':
        return deeper(() => parsePipe('parenthesized pipeline', 'close'));
      default:
        return unexpected(token, context);
    }
  }
}
