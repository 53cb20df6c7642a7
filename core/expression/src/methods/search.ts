/**
 * Text search in linear time. The host's own `indexOf` takes time proportional to text times needle in the worst case
 * (a megabyte of "a" and a needle of "aa..b..aa" takes seconds), so long needles go through Knuth-Morris-Pratt.
 */
import { charge, type Frame } from '../frame.ts';

const shortNeedle = 16;
const smallProduct = 65_536;

/** Finds one needle repeatedly; pays for what it scans. */
export class Search {
  readonly needle: string;
  readonly #frame: Frame;
  #borders: Int32Array | undefined;

  constructor(frame: Frame, needle: string) {
    this.#frame = frame;
    this.needle = needle;
  }

  /** Offset of the first match at or after `from`, or -1. */
  first(text: string, from: number): number {
    const start = Math.min(Math.max(0, from), text.length);
    const found = this.#isCheap(text.length - start)
      ? text.indexOf(this.needle, start)
      : this.#scan(text, start, false);
    this.#pay((found < 0 ? text.length : found + this.needle.length) - start);
    return found;
  }

  /** Offset of the last match that begins at or before `until`, or -1. */
  last(text: string, until: number): number {
    this.#pay(text.length);
    if (this.#isCheap(text.length)) return text.lastIndexOf(this.needle, until);
    return this.#scan(text.slice(0, Math.max(0, until) + this.needle.length), 0, true);
  }

  #isCheap(length: number): boolean {
    return this.needle.length <= shortNeedle || this.needle.length * length <= smallProduct;
  }

  #pay(length: number): void {
    charge(this.#frame, (length >> 6) + 1);
  }

  #scan(text: string, from: number, wantLast: boolean): number {
    const { needle } = this;
    this.#borders ??= this.#computeBorders();
    const borders = this.#borders;
    let matched = 0;
    let found = -1;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      while (matched > 0 && needle.charCodeAt(matched) !== code) matched = borders[matched - 1] as number;
      if (needle.charCodeAt(matched) === code) matched++;
      if (matched === needle.length) {
        found = at - matched + 1;
        if (!wantLast) return found;
        matched = borders[matched - 1] as number;
      }
    }
    return found;
  }

  /** For each prefix of the needle the length of its longest proper prefix that is also its suffix. */
  #computeBorders(): Int32Array {
    const { needle } = this;
    charge(this.#frame, needle.length >> 4);
    const borders = new Int32Array(needle.length);
    for (let at = 1, matched = 0; at < needle.length; at++) {
      const code = needle.charCodeAt(at);
      while (matched > 0 && needle.charCodeAt(matched) !== code) matched = borders[matched - 1] as number;
      if (needle.charCodeAt(matched) === code) matched++;
      borders[at] = matched;
    }
    return borders;
  }
}
