/** What became of a request for a place. */
export type Admitted =
  | { readonly kind: 'admitted'; readonly release: () => void }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'aborted' };

/** A bounded number of places and a bounded queue before them, first come first served. */
export class Admission {
  private readonly places: number;
  private readonly maxQueue: number;
  private readonly maxWaitMs: number;
  private taken = 0;
  private readonly waiting: Set<() => void> = new Set();

  constructor(options: { readonly places: number; readonly maxQueue: number; readonly maxWaitMs: number }) {
    this.places = options.places;
    this.maxQueue = options.maxQueue;
    this.maxWaitMs = options.maxWaitMs;
  }

  enter(signal: AbortSignal | undefined): Promise<Admitted> {
    if (signal?.aborted) return Promise.resolve({ kind: 'aborted' });
    if (this.taken < this.places) return Promise.resolve(this.admit());
    if (this.waiting.size >= this.maxQueue) return Promise.resolve({ kind: 'overloaded' });
    return new Promise((resolve) => {
      const leave = (outcome: () => Admitted) => {
        clearTimeout(timer);
        this.waiting.delete(admit);
        signal?.removeEventListener('abort', abort);
        resolve(outcome());
      };
      const admit = () => leave(() => this.admit());
      const abort = () => leave(() => ({ kind: 'aborted' }));
      const timer = setTimeout(() => leave(() => ({ kind: 'overloaded' })), this.maxWaitMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.add(admit);
    });
  }

  private admit(): Admitted {
    this.taken += 1;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.taken -= 1;
      const [next] = this.waiting;
      next?.();
    };
    return { kind: 'admitted', release };
  }
}
