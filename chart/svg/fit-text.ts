// Widths of DejaVu Sans in shares of the font's size; classes are enough to keep labels inside of their boxes.
const NARROW = /^[ijl.,:;'|!I()[\]{} \-/\\ft]$/;
const WIDE = /^[mwMW@%&QOGD—…]$/;
const DIGIT = /^\d$/;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
// A single grapheme can be thousands of combining marks long.
const GRAPHEME_LENGTH_MAX = 16;

/** How wide a text is about, in the same unit as `size`; rather too wide than too narrow. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width * size;
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function fitText(text: string, size: number, widthMax: number): string {
  if (!(widthMax > 0)) return '';
  // No glyph is narrower than a quarter of the size, so more than this cannot fit; long values cost nothing.
  const lengthMax = Math.max(1, Math.ceil(widthMax / size)) * 4 * GRAPHEME_LENGTH_MAX;
  const ellipsisWidth = graphemeWidth('…') * size;
  let width = 0;
  let end = 0;
  let kept = '';
  for (const { segment, index } of segmenter.segment(text.slice(0, lengthMax))) {
    width += graphemeWidth(segment) * size;
    if (width > widthMax) return end === 0 ? '' : `${kept.trimEnd()}…`;
    if (width + ellipsisWidth <= widthMax) {
      end = index + segment.length;
      kept += bounded(segment);
    }
  }
  if (text.length > lengthMax) return end === 0 ? '' : `${kept.trimEnd()}…`;
  return [...segmenter.segment(text)].map(({ segment }) => bounded(segment)).join('');
}

/** No longer than the limit, and no half of a surrogate pair at its end. */
function bounded(grapheme: string): string {
  if (grapheme.length <= GRAPHEME_LENGTH_MAX) return grapheme;
  const cut = grapheme.slice(0, GRAPHEME_LENGTH_MAX);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

function graphemeWidth(grapheme: string): number {
  if (grapheme.length > 1 || grapheme > '\u2e7f') return 1.05;
  if (DIGIT.test(grapheme)) return 0.64;
  if (NARROW.test(grapheme)) return 0.4;
  return WIDE.test(grapheme) ? 0.98 : 0.67;
}
