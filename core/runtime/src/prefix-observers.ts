import type { Disposer } from '@conv3n/platform';

interface Observer<Change> {
  readonly prefix: string;
  readonly run: (change: Change) => void;
  readonly onError: (error: unknown) => void;
  open: boolean;
}

/**
 * Observers of keys under a prefix.
 *
 * I1 Every observer sees changes in the order they were made, also when an observer makes further changes.
 * I2 What an observer throws goes to its `onError` and to nobody else.
 */
export class PrefixObservers<Change> {
  readonly #observers = new Set<Observer<Change>>();
  #waiting: { readonly observer: Observer<Change>; readonly change: Change }[] = [];
  #delivering = false;

  get size(): number {
    return this.#observers.size;
  }

  /** Adds an observer after telling it the changes in `first`. */
  add(
    prefix: string,
    run: (change: Change) => void,
    onError: (error: unknown) => void,
    first: readonly Change[] = [],
  ): Disposer {
    const observer: Observer<Change> = { prefix, run, onError, open: true };
    this.#observers.add(observer);
    for (const change of first) this.#waiting.push({ observer, change });
    this.#deliver();
    return () => {
      observer.open = false;
      this.#observers.delete(observer);
    };
  }

  notify(key: string, change: Change): void {
    for (const observer of this.#observers) {
      if (key.startsWith(observer.prefix)) this.#waiting.push({ observer, change });
    }
    this.#deliver();
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let index = 0; index < this.#waiting.length; index += 1) {
      const { observer, change } = this.#waiting[index] as { observer: Observer<Change>; change: Change };
      if (!observer.open) continue;
      try {
        observer.run(change);
      } catch (error) {
        observer.onError(error);
      }
    }
    this.#waiting = [];
    this.#delivering = false;
  }
}
