// Told apart by most people with a colour vision deficiency too, on white and on near black.
const palette = [
  '#4c78d8',
  '#e8a913',
  '#e8604c',
  '#3fae9f',
  '#9b62e0',
  '#5aa84a',
  '#e27aa8',
  '#7fa9ee',
  '#a9744f',
  '#8f96a3',
];
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^(5\d\d|5xx|error|errors|fatal|failed|failure|declined|critical)$/i, '#e03131'],
  [/^(4\d\d|4xx|warn|warning|rejected)$/i, '#e8890c'],
  [/^(3\d\d|3xx)$/i, '#3fae9f'],
  [/^(2\d\d|2xx|ok|success|succeeded|paid)$/i, '#2f9e58'],
];

/** The colour of the `index`th line of a chart; names whose meaning is known keep their colour on every chart. */
export function colourOf(name: string, index: number): string {
  const known = meanings.find(([pattern]) => pattern.test(name));
  return known?.[1] ?? palette[index % palette.length] ?? '#4c78d8';
}

/** `#rrggbb` made see-through. */
export const faded = (colour: string, share: number): string =>
  `${colour}${Math.round(share * 255)
    .toString(16)
    .padStart(2, '0')}`;
