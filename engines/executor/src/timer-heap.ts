import type { Disposer, Timers } from '@conv3n/platform';

interface Entry {
  readonly at: number;
  readonly run: () => void;
  /** Place in the heap; -1 once out of it. */
  place: number;
}

/** The host's clock may be set; a far timer looks at it again after this long. */
const longestSleepMs = 60_000;

/**
 * Many timers on one timer of the platform: a binary heap whose entries know their place, so that adding and removing cost
 * O(log n) and nothing lingers. Removing leaves the platform timer armed; it then fires once for nothing.
 */
export class TimerHeap {
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #heap: Entry[] = [];
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: Disposer | undefined;

  constructor(timers: Timers, now: () => number) {
    this.#timers = timers;
    this.#now = now;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Runs `run` once when the clock reaches `at`. */
  add(at: number, run: () => void): Disposer {
    const entry: Entry = { at, run, place: this.#heap.length };
    this.#heap.push(entry);
    this.#up(entry);
    this.#arm();
    return () => this.#remove(entry);
  }

  /** Forgets every timer. */
  close(): void {
    for (const entry of this.#heap) entry.place = -1;
    this.#heap.length = 0;
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (!first || first.at >= this.#armedFor) return;
    this.#disarm?.();
    this.#armedFor = first.at;
    const delay = Math.min(Math.max(0, first.at - this.#now()), longestSleepMs);
    this.#disarm = this.#timers.after(delay, () => this.#fire());
  }

  #fire(): void {
    this.#disarm = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    for (let first = this.#heap[0]; first && first.at <= this.#now(); first = this.#heap[0]) {
      this.#remove(first);
      first.run();
    }
    this.#arm();
  }

  #remove(entry: Entry): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop() as Entry;
    if (last === entry) return;
    this.#heap[place] = last;
    last.place = place;
    this.#up(last);
    this.#down(last);
  }

  #up(entry: Entry): void {
    while (entry.place > 0) {
      const parent = this.#heap[(entry.place - 1) >> 1] as Entry;
      if (parent.at <= entry.at) return;
      this.#swap(entry, parent);
    }
  }

  #down(entry: Entry): void {
    for (;;) {
      const left = this.#heap[entry.place * 2 + 1];
      const right = this.#heap[entry.place * 2 + 2];
      const smaller = right && left && right.at < left.at ? right : left;
      if (!smaller || smaller.at >= entry.at) return;
      this.#swap(smaller, entry);
    }
  }

  #swap(a: Entry, b: Entry): void {
    const place = a.place;
    this.#heap[b.place] = a;
    this.#heap[place] = b;
    a.place = b.place;
    b.place = place;
  }
}
