/**
 * Order among what happens to one workflow.
 *
 * I1 Changes (publish, unpublish, delete) of one workflow happen one after another, so its triggers and its published version agree.
 * I2 Starts go side by side. They are counted from their first step on, so a deletion sees those whose start is not committed yet,
 *    and a start that meets a deletion waits for its outcome.
 */
export class WorkflowTurns {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #deletions = new Map<string, Promise<unknown>>();
  readonly #starts = new Map<string, number>();

  /** Runs a change after those before it, whatever became of them. */
  change<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(id) ?? Promise.resolve();
    const result = before.then(work);
    const tail = Promise.allSettled([result]).then(() => {
      if (this.#tails.get(id) === tail) this.#tails.delete(id);
    });
    this.#tails.set(id, tail);
    return result;
  }

  /** As `change`; `work` receives how many starts are under way, and none begins until it settled. */
  delete<Result>(id: string, work: (starting: number) => Promise<Result>): Promise<Result> {
    return this.change(id, async () => {
      const result = work(this.#starts.get(id) ?? 0);
      const settled = Promise.allSettled([result]);
      this.#deletions.set(id, settled);
      await settled;
      this.#deletions.delete(id);
      return result;
    });
  }

  /** Runs a start, and what it waits for. */
  async start<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    for (let deletion = this.#deletions.get(id); deletion; deletion = this.#deletions.get(id)) await deletion;
    this.#starts.set(id, (this.#starts.get(id) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#starts.get(id) ?? 1) - 1;
      if (left === 0) this.#starts.delete(id);
      else this.#starts.set(id, left);
    }
  }
}
