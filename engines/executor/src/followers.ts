interface Follower {
  wake: () => void;
}

/** Wakes those who follow an execution when it has new committed events. They read the events from the store, so nothing is buffered. */
export class Followers {
  readonly #byExecution = new Map<string, Set<Follower>>();

  /** `next` resolves after the next commit, or when the signal aborts; a commit before the call counts. */
  add(id: string, signal: AbortSignal): { next(): Promise<void>; close(): void } {
    let fresh = true;
    let resolve: (() => void) | undefined;
    const follower: Follower = {
      wake: () => {
        fresh = true;
        resolve?.();
      },
    };
    const followers = this.#byExecution.get(id) ?? new Set();
    this.#byExecution.set(id, followers);
    followers.add(follower);
    signal.addEventListener('abort', follower.wake, { once: true });
    return {
      next: () =>
        new Promise<void>((done) => {
          resolve = () => {
            resolve = undefined;
            fresh = false;
            done();
          };
          if (fresh || signal.aborted) resolve();
        }),
      close: () => {
        signal.removeEventListener('abort', follower.wake);
        followers.delete(follower);
        if (followers.size === 0) this.#byExecution.delete(id);
      },
    };
  }

  notify(id: string): void {
    for (const follower of this.#byExecution.get(id) ?? []) follower.wake();
  }

  /** Wakes everybody for the last time; new events come only from the next start. */
  close(): void {
    for (const id of this.#byExecution.keys()) this.notify(id);
  }
}
