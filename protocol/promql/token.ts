import type { Position } from './position.ts';

export interface Token extends Position {
  readonly kind: 'identifier' | 'number' | 'duration' | 'string' | 'operator' | 'end';
  /** As written. */
  readonly text: string;
}

/** How an error message names the token. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'string':
      return `string ${token.text}`;
    case 'number':
      return `number ${JSON.stringify(token.text)}`;
    case 'duration':
      return `duration ${JSON.stringify(token.text)}`;
    case 'identifier':
      return `${isReserved(token.text) ? 'keyword' : 'identifier'} ${JSON.stringify(token.text)}`;
    default:
      return JSON.stringify(token.text);
  }
}

const RESERVED = new Set(
  'and or unless atan2 bool by without on ignoring group_left group_right offset'.split(' '),
);

export function isReserved(text: string): boolean {
  return RESERVED.has(text.toLowerCase());
}
