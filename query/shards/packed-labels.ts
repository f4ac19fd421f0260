import type { Labels } from '@tocsin/protocol/labels/labels.ts';

/** Label sets, each different text once: thousands of series have few different names and values. */
export interface PackedLabels {
  readonly texts: readonly string[];
  /** How many labels each set has. */
  readonly counts: Uint32Array;
  /** Places in `texts`: name, value, name, value, set by set. */
  readonly places: Uint32Array;
}

export function packLabels(sets: readonly Labels[]): PackedLabels {
  const placeOf = new Map<string, number>();
  const texts: string[] = [];
  const counts = new Uint32Array(sets.length);
  const places = new Uint32Array(sets.reduce((sum, labels) => sum + labels.length, 0));
  let at = 0;
  for (const [index, labels] of sets.entries()) {
    counts[index] = labels.length / 2;
    for (const text of labels) {
      let place = placeOf.get(text);
      if (place === undefined) {
        place = texts.length;
        placeOf.set(text, place);
        texts.push(text);
      }
      places[at++] = place;
    }
  }
  return { texts, counts, places };
}

export function unpackLabels({ texts, counts, places }: PackedLabels): Labels[] {
  let at = 0;
  return Array.from(counts, (count) => {
    const labels: string[] = [];
    for (const end = at + count * 2; at < end; at++) labels.push(texts[places[at]!]!);
    return labels;
  });
}
