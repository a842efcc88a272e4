/** The largest numbers of a long list, exactly, in about the time that it takes to look at each of them once. */

/** The next lower bound tried is this much of the value that was just enough: lists that follow each other are alike. */
const MARGIN = 0.75;

export class Largest {
  /** Where the found ones are in the list, ascending; the first `count` of them. */
  indices = new Uint32Array(1024);
  count = 0;
  /** The least of those found; 0 where there is none. */
  least = 0;
  private bound = -Infinity;
  private scratch = new Float32Array(1024);

  /**
   * Finds the k largest of the numbers above `floor`, ties by the lower index; fewer where there are fewer.
   * A bound from the list before saves most of the work and changes nothing in the result.
   */
  find(values: Float32Array, k: number, floor = 0): void {
    this.collect(values, Math.max(this.bound, floor));
    if (this.count < k && this.bound > floor) this.collect(values, floor);
    if (this.count > k) this.keep(values, k);
    this.least = this.leastOf(values);
    this.bound = this.count < k || this.least <= 0 ? -Infinity : this.least * MARGIN;
  }

  private collect(values: Float32Array, bound: number): void {
    let count = 0;
    let { indices } = this;
    for (let i = 0; i < values.length; i++) {
      if (!(values[i] > bound)) continue;
      if (count === indices.length) indices = this.grow();
      indices[count++] = i;
    }
    this.count = count;
  }

  private grow(): Uint32Array<ArrayBuffer> {
    const longer = new Uint32Array(2 * this.indices.length);
    longer.set(this.indices);
    this.scratch = new Float32Array(longer.length);
    return (this.indices = longer);
  }

  /** Of those collected only the k largest. */
  private keep(values: Float32Array, k: number): void {
    const { indices, scratch } = this;
    for (let i = 0; i < this.count; i++) scratch[i] = values[indices[i]];
    const limit = kthLargest(scratch.subarray(0, this.count), k);
    let above = 0;
    for (let i = 0; i < this.count; i++) if (values[indices[i]] > limit) above++;
    let ties = k - above;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      const value = values[indices[i]];
      if (value > limit || (value === limit && ties-- > 0)) indices[kept++] = indices[i];
    }
    this.count = kept;
  }

  private leastOf(values: Float32Array): number {
    let least = this.count > 0 ? Infinity : 0;
    for (let i = 0; i < this.count; i++) least = Math.min(least, values[this.indices[i]]);
    return least;
  }
}

/** The k-th largest, k from 1 (Hoare's selection, median of three). Reorders the list. */
function kthLargest(values: Float32Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  const wanted = k - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low], values[(low + high) >> 1], values[high]);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return values[wanted];
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
