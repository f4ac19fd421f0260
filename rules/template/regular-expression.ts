import { RE2JS } from 're2js';
import { TEMPLATE_LIMITS } from './limits.ts';

// Templates call with the same few expressions at every evaluation.
const compiled = new Map<string, RE2JS>();

/** Go's regexp: linear in the text's length, whatever the expression. */
export function compileExpression(source: string): RE2JS {
  let expression = compiled.get(source);
  if (!expression) {
    expression = RE2JS.compile(source);
    if (compiled.size >= TEMPLATE_LIMITS.expressions) compiled.clear();
    compiled.set(source, expression);
  }
  return expression;
}

/** Go's ReplaceAllString: `$1`, `${name}` and `$$` in the replacement; a missing group is empty. */
export function replaceAll(source: string, replacement: string, text: string): string {
  const expression = compileExpression(source);
  const matcher = expression.matcher(text);
  const names: Readonly<Record<string, number>> = expression.namedGroups();
  let result = '';
  let from = 0;
  while (matcher.find()) {
    result += text.slice(from, matcher.start());
    result += replacement.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
      if (whole === '$$') return '$';
      const key = braced ?? bare ?? '';
      const group = /^\d+$/.test(key) ? Number(key) : names[key];
      return group === undefined || group > expression.groupCount() ? '' : (matcher.group(group) ?? '');
    });
    from = matcher.end();
  }
  return result + text.slice(from);
}
