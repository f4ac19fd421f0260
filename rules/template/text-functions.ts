import { textArgument } from './argument.ts';
import { compileExpression, replaceAll } from './regular-expression.ts';
import { type GoFunction, goFunction } from './value.ts';

/** What the templates of Prometheus and Alertmanager both have. */
export const TEXT_FUNCTIONS: readonly GoFunction[] = [
  goFunction('toUpper', (text) => upperCase(textArgument(text)), 1),
  goFunction('toLower', (text) => lowerCase(textArgument(text)), 1),
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
export function title(text: string): string {
  return text.replace(WORD, (word) => word.replace(/\p{L}/u, titleCase));
}

/** The same with the rest in lower case. */
export function capitalized(text: string): string {
  return text.replace(WORD, (word) => word.toLowerCase().replace(/\p{L}/u, titleCase));
}

/** Letter by letter, as Go's strings.ToUpper: one without a single capital, such as \u00df, stays. */
function upperCase(text: string): string {
  return text.replace(/\p{L}|\p{M}|\p{N}|\p{So}/gu, (letter) => {
    const upper = letter.toUpperCase();
    return upper.length === letter.length ? upper : letter;
  });
}

function lowerCase(text: string): string {
  return text.replace(/\p{L}|\p{M}|\p{N}|\p{So}/gu, (letter) =>
    String.fromCodePoint(letter.toLowerCase().codePointAt(0)!),
  );
}

/** What is two letters as a capital is a capital and a small one at the beginning of a word. */
function titleCase(letter: string): string {
  const [first = '', ...rest] = letter.toUpperCase();
  return first + rest.join('').toLowerCase();
}
