/** The samples of one series that came after later ones; few, sorted by offset. */
export class LateSamples {
  offsets = new Float64Array(4);
  values = new Float64Array(4);
  length = 0;

  /** Index of the offset, or of where it would go. */
  indexOf(offset: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsets[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  insert(index: number, offset: number, value: number): void {
    if (this.length === this.offsets.length) {
      this.offsets = doubled(this.offsets);
      this.values = doubled(this.values);
    }
    this.offsets.copyWithin(index + 1, index, this.length);
    this.values.copyWithin(index + 1, index, this.length);
    this.offsets[index] = offset;
    this.values[index] = value;
    this.length++;
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
