import type { Disposer } from '@conv3n/platform';

/**
 * Owns everything one run of a plugin registered.
 *
 * I1 `dispose` aborts the signal first, then runs the disposers in reverse order of registration; one that throws stops no other.
 * I2 A registration that arrives after `dispose` is disposed at once. I3 Each disposer runs at most once.
 */
export class PluginScope {
  readonly #controller = new AbortController();
  readonly #disposers = new Set<Disposer>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get open(): boolean {
    return !this.signal.aborted;
  }

  get size(): number {
    return this.#disposers.size;
  }

  /** Takes over a registration; the returned disposer ends it early. */
  track(disposer: Disposer): Disposer {
    const once: Disposer = () => {
      if (this.#disposers.delete(once)) this.#run(disposer);
    };
    if (this.open) this.#disposers.add(once);
    else this.#run(disposer);
    return once;
  }

  dispose(reason: unknown): void {
    if (!this.open) return;
    this.#controller.abort(reason);
    for (const once of Array.from(this.#disposers).reverse()) once();
  }

  #run(disposer: Disposer): void {
    try {
      disposer();
    } catch (error) {
      this.#onError(error);
    }
  }
}
