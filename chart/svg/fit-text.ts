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
  // No glyph is narrower than a quarter of the size, so more than this cannot fit; long values cost nothing.
  const lengthMax = Math.ceil(widthMax / size) * 4 * GRAPHEME_LENGTH_MAX;
  const ellipsisWidth = graphemeWidth('…') * size;
  let width = 0;
  let end = 0;
  let kept = '';
  for (const { segment, index } of segmenter.segment(text.slice(0, lengthMax))) {
    width += graphemeWidth(segment) * size;
    if (width > widthMax) return end === 0 ? '' : `${kept.trimEnd()}…`;
    if (width + ellipsisWidth <= widthMax) {
      end = index + segment.length;
      kept += segment.slice(0, GRAPHEME_LENGTH_MAX);
    }
  }
  if (text.length > lengthMax) return `${kept.trimEnd()}…`;
  return [...segmenter.segment(text)].map(({ segment }) => segment.slice(0, GRAPHEME_LENGTH_MAX)).join('');
}

function graphemeWidth(grapheme: string): number {
  if (grapheme.length > 1 || grapheme > '\u2e7f') return 1.05;
  if (DIGIT.test(grapheme)) return 0.64;
  if (NARROW.test(grapheme)) return 0.4;
  return WIDE.test(grapheme) ? 0.98 : 0.67;
}
