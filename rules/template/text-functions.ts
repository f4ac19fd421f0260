import { textArgument } from './argument.ts';
import { compileExpression, replaceAll } from './regular-expression.ts';
import { type GoFunction, goFunction } from './value.ts';

/** What the templates of Prometheus and Alertmanager both have. */
export const TEXT_FUNCTIONS: readonly GoFunction[] = [
  goFunction('toUpper', (text) => textArgument(text).toUpperCase(), 1),
  goFunction('toLower', (text) => textArgument(text).toLowerCase(), 1),
  goFunction('title', (text) => title(textArgument(text)), 1),
  goFunction(
    'match',
    (expression, text) => compileExpression(textArgument(expression)).matcher(textArgument(text)).find(),
    2,
  ),
  goFunction(
    'reReplaceAll',
    (expression, replacement, text) =>
      replaceAll(textArgument(expression), textArgument(replacement), textArgument(text)),
    3,
  ),
  goFunction('safeHtml', (text) => ({ kind: 'safe', context: 'html', text: textArgument(text) }), 1),
];

const WORD =
  /[\p{L}\p{M}\p{N}_]+(?:(?<=[\p{L}_]\p{M}*)[.:'’·](?=[\p{L}\p{N}_])[\p{L}\p{M}\p{N}_]+|(?<=\p{N})[.,'](?=\p{N})[\p{L}\p{M}\p{N}_]+)*/gu;

/** The first letter of each word in upper case, the rest untouched; a dot between letters or digits parts no words. */
function title(text: string): string {
  return text.replace(WORD, (word) => word.replace(/\p{L}/u, (letter) => letter.toUpperCase()));
}
