/** Series numbers, ascending, each once. */
export type SeriesNumbers = Uint32Array;

/** The series that carry one label value; grows at the end. Most values belong to few series, so it starts tiny. */
export class Postings {
  #numbers = new Uint32Array(1);
  #length = 0;

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Uint32Array(this.#length < 8 ? this.#length * 2 : Math.ceil(this.#length * 1.5));
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length++] = number;
  }

  get length(): number {
    return this.#length;
  }

  /** A view, valid until the next push. */
  get numbers(): SeriesNumbers {
    return this.#numbers.subarray(0, this.#length);
  }
}

export function intersect(a: SeriesNumbers, b: SeriesNumbers): SeriesNumbers {
  const [small, large] = a.length <= b.length ? [a, b] : [b, a];
  const result = new Uint32Array(small.length);
  let count = 0;
  if (large.length > small.length * 16) {
    let low = 0;
    for (const number of small) {
      low = lowerBound(large, number, low);
      if (large[low] === number) result[count++] = number;
    }
    return result.subarray(0, count);
  }
  for (let i = 0, j = 0; i < small.length && j < large.length; ) {
    const x = small[i]!;
    const y = large[j]!;
    if (x === y) result[count++] = x;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return result.subarray(0, count);
}

/** What is in `a` and not in `b`. */
export function subtract(a: SeriesNumbers, b: SeriesNumbers): SeriesNumbers {
  if (b.length === 0) return a;
  const result = new Uint32Array(a.length);
  let count = 0;
  let j = 0;
  for (const number of a) {
    while (j < b.length && b[j]! < number) j++;
    if (b[j] !== number) result[count++] = number;
  }
  return result.subarray(0, count);
}

/** What is in any of the lists. */
export function union(lists: readonly SeriesNumbers[]): SeriesNumbers {
  if (lists.length === 0) return new Uint32Array(0);
  if (lists.length === 1) return lists[0]!;
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const all = new Uint32Array(total);
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  all.sort();
  let count = 0;
  for (let i = 0; i < total; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i]!;
  return all.subarray(0, count);
}

function lowerBound(list: SeriesNumbers, number: number, from: number): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
