import type { Token } from './lexer.ts';
import { parseNumber } from './number.ts';
import { unquote } from './unquote.ts';

export type Constant = { readonly value: boolean | bigint | number | string } | { readonly problem: string };

/** The value of a constant's token; null when the token is no constant. */
export function readConstant({ kind, text }: Token): Constant | null {
  switch (kind) {
    case 'bool':
      return { value: text === 'true' };
    case 'number': {
      const value = parseNumber(text);
      return value === null ? { problem: `bad number syntax: "${text}"` } : { value };
    }
    case 'character': {
      const character = unquote(text);
      if (character === null || [...character].length !== 1) {
        return { problem: `malformed character constant: ${text}` };
      }
      return { value: BigInt(character.codePointAt(0)!) };
    }
    case 'string':
    case 'raw': {
      const value = unquote(text);
      return value === null ? { problem: `invalid string ${text}` } : { value };
    }
    default:
      return null;
  }
}
