/** Buckets per power of two: a recorded value is off by at most 1 in 1,024. */
const half = 1024;
/** 2^32 microseconds, above an hour. */
const powers = 22;

/** Counts of whole microseconds in buckets whose width grows with the value, so memory is fixed and every percentile keeps three digits. */
export class Histogram {
  #counts = new Uint32Array((powers + 2) * half);
  #total = 0;
  #max = 0;

  /** Counts one value in microseconds. */
  record(microseconds) {
    const value = Math.max(0, Math.round(microseconds));
    this.#counts[Histogram.#bucket(value)] += 1;
    this.#total += 1;
    if (value > this.#max) this.#max = value;
  }

  get count() {
    return this.#total;
  }

  get max() {
    return this.#max;
  }

  /** The value in microseconds below or at which this share (0 to 1) of the records lies; 0 without records. */
  percentile(share) {
    if (this.#total === 0) return 0;
    let left = Math.max(1, Math.ceil(this.#total * share));
    for (let index = 0; index < this.#counts.length; index++) {
      left -= this.#counts[index];
      if (left <= 0) return Math.min(this.#max, Histogram.#middle(index));
    }
    return this.#max;
  }

  static #bucket(value) {
    if (value < 2 * half) return value;
    const power = 31 - Math.clz32(value) - 10;
    return Math.min((powers + 2) * half - 1, power * half + Math.floor(value / 2 ** power));
  }

  static #middle(index) {
    if (index < 2 * half) return index;
    const power = Math.floor(index / half) - 1;
    return (index - power * half + 0.5) * 2 ** power;
  }
}
