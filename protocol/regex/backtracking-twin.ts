// Of the unbounded parts of a pattern each multiplies the work of a failed match by the text's length.
const UNBOUNDED_MAX = 2;

/**
 * A JavaScript expression that matches the same whole strings, for patterns where the two languages agree and
 * backtracking stays cheap: printable ASCII literals, `.`, simple ranges, groups without repetition inside a
 * repetition, at most two unbounded repetitions. Null for all others. It is five to ten times faster than an
 * automaton in JavaScript.
 */
export function backtrackingTwin(source: string): RegExp | null {
  if (source.length > 256 || !/^[\x20-\x7e]*$/.test(source) || /\(\?(?!:)/.test(source)) return null;
  // Escapes of punctuation and \d \w \s-free text only; `(?` only as `(?:`; classes of letters, digits and ranges.
  const tokens = source.match(
    /\\[.\-+*?()|[\]{}^$/]|\\d|\\w|\(\?:|\[\^?[a-zA-Z0-9_.: /-]+\]|[*+?]\??|[.()|]|[^\\[\]{}^$*+?.()|]/g,
  );
  if (tokens === null || tokens.join('') !== source) return null;
  if (
    tokens.some(
      (token) => token.startsWith('[') && /[a-zA-Z0-9]-[^a-zA-Z0-9]|[^a-zA-Z0-9[^]-[a-zA-Z0-9]/.test(token),
    )
  )
    return null;
  let unbounded = 0;
  let repeated = 0;
  const groupStarts: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === '(' || token === '(?:') groupStarts.push(repeated);
    const previous = tokens[i - 1];
    if (token === ')') {
      const before = groupStarts.pop();
      const next = tokens[i + 1] ?? '';
      if (/^[*+?]/.test(next) && before !== repeated) return null;
      if (/^[*+]/.test(next) && tokens.slice(0, i).includes('|')) return null;
    }
    if (/^[*+?]\??$/.test(token) && previous !== '\\') {
      repeated++;
      if (token[0] !== '?') unbounded++;
    }
  }
  if (unbounded > UNBOUNDED_MAX) return null;
  const translated = tokens.map((token) =>
    token.startsWith('[') ? translateClass(token) : token === '\\-' ? '-' : token,
  );
  return new RegExp(`^(?:${translated.join('')})$`, 'su');
}

function translateClass(token: string): string {
  // A dash at either end is a literal in RE2; the u flag wants it escaped.
  return token.replace(/^(\[\^?)-/, '$1\\-').replace(/-\]$/, '\\-]');
}
