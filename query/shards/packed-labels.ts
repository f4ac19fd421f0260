import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Budget } from '../budget.ts';

/**
 * Label sets, each different text once: thousands of series have few different names and values. The texts stand in one, which
 * goes from thread to thread in one piece, where a million small ones would hold up the thread that takes them.
 */
export interface PackedLabels {
  readonly text: string;
  /** Where each text ends, in UTF-16 units. */
  readonly ends: Uint32Array;
  /** How many labels each set has. */
  readonly counts: Uint32Array;
  /** Which texts: name, value, name, value, set by set. */
  readonly places: Uint32Array;
}

export async function packLabels(sets: readonly Labels[], budget: Budget): Promise<PackedLabels> {
  const placeOf = new Map<string, number>();
  const ends: number[] = [];
  const counts = new Uint32Array(sets.length);
  const places: number[] = [];
  let text = '';
  for (const [index, labels] of sets.entries()) {
    if (budget.due(50)) await budget.pause();
    counts[index] = labels.length / 2;
    for (const part of labels) {
      let place = placeOf.get(part);
      if (place === undefined) {
        place = ends.length;
        placeOf.set(part, place);
        text += part;
        ends.push(text.length);
      }
      places.push(place);
    }
  }
  return { text, ends: Uint32Array.from(ends), counts, places: Uint32Array.from(places) };
}

export async function unpackLabels(
  { text, ends, counts, places }: PackedLabels,
  budget: Budget,
): Promise<Labels[]> {
  const texts: string[] = new Array(ends.length);
  for (let place = 0, start = 0; place < ends.length; place++) {
    if (budget.due(5)) await budget.pause();
    texts[place] = text.slice(start, ends[place]!);
    start = ends[place]!;
  }
  const sets: Labels[] = [];
  let at = 0;
  for (const count of counts) {
    if (budget.due(20)) await budget.pause();
    const labels: string[] = [];
    for (const end = at + count * 2; at < end; at++) labels.push(texts[places[at]!]!);
    sets.push(labels);
  }
  return sets;
}
