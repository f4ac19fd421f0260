import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseExpr } from './parse.ts';
import { ParseError } from './parse-error.ts';

const piece = fc.constantFrom(
  ...'sum by ( ) { } [ ] foo bar rate 5m 1h : , + - * / ^ % == != =~ "a" \'b\' `c` offset @ start() end() bool on ignoring group_left group_right fill(0) anchored smoothed and or unless 1 0x1 NaN inf # \n \\ é ; a:b step() min_of(1,2) topk histogram_quantile 0.9 ="x" </ >/ without'.split(
    ' ',
  ),
);

describe('parseExpr, fuzzed', () => {
  it('answers with an expression or a ParseError, quickly, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 14 }).map((p) => p.join(' ')),
          fc.string(),
        ),
        (query) => {
          try {
            parseExpr(query);
          } catch (error) {
            if (!(error instanceof ParseError)) throw error;
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('refuses deep nesting instead of running out of stack', () => {
    for (const open of ['(', '-', 'sum(', 'abs(', 'a[', 'a[(', 'a+']) {
      try {
        parseExpr(open.repeat(20_000));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
      }
    }
  });
});
