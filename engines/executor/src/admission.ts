import { executorErrors } from './errors.ts';

interface Entry {
  readonly id: string;
  readonly key: string;
  readonly concurrency: number | null;
}

/**
 * Who may run now. Executions that wait hold no place; one that goes on takes its place again even when all are taken,
 * so a place freed by waiting is never waited for. Queues are per workflow and served in turn, so none starves another.
 */
export class Admission {
  readonly #maxRunning: number;
  readonly #maxQueued: number;
  readonly #running = new Map<string, Entry>();
  readonly #runningByKey = new Map<string, number>();
  /** By workflow, in turn: the first is served next. */
  readonly #queues = new Map<string, Entry[]>();
  #queued = 0;

  constructor(limits: { readonly maxRunning: number; readonly maxQueued: number }) {
    this.#maxRunning = limits.maxRunning;
    this.#maxQueued = limits.maxQueued;
  }

  get running(): number {
    return this.#running.size;
  }

  get queued(): number {
    return this.#queued;
  }

  /** Takes a place, or a place in the queue. @throws Conv3nError `too_many_executions` */
  request(entry: Entry): 'run' | 'queue' {
    if (this.#queued === 0 || !this.#queues.has(entry.key)) {
      if (this.#fits(entry)) {
        this.#take(entry);
        return 'run';
      }
    }
    if (this.#queued >= this.#maxQueued) {
      throw executorErrors.error(
        'too_many_executions',
        `${this.#running.size} executions run and ${this.#queued} wait; no more are accepted now. Try again later.`,
        { details: { retry_after_ms: 1000 } },
      );
    }
    this.enqueue(entry);
    return 'queue';
  }

  /** Puts an execution that was queued before a restart back into the queue. */
  enqueue(entry: Entry): void {
    const queue = this.#queues.get(entry.key);
    if (queue) queue.push(entry);
    else this.#queues.set(entry.key, [entry]);
    this.#queued += 1;
  }

  /** The execution goes on without asking. */
  take(entry: Entry): void {
    if (!this.#running.has(entry.id)) this.#take(entry);
  }

  release(id: string): void {
    const entry = this.#running.get(id);
    if (!entry) return;
    this.#running.delete(id);
    const left = (this.#runningByKey.get(entry.key) ?? 1) - 1;
    if (left === 0) this.#runningByKey.delete(entry.key);
    else this.#runningByKey.set(entry.key, left);
  }

  /** Takes an execution out of the queue; false when it was not in it. */
  forget(id: string, key: string): boolean {
    const queue = this.#queues.get(key);
    const index = queue?.findIndex((entry) => entry.id === id) ?? -1;
    if (!queue || index < 0) return false;
    queue.splice(index, 1);
    this.#queued -= 1;
    if (queue.length === 0) this.#queues.delete(key);
    return true;
  }

  /** The next queued execution that fits, now holding a place. */
  next(): string | undefined {
    if (this.#queued === 0 || this.#running.size >= this.#maxRunning) return undefined;
    for (const [key, queue] of this.#queues) {
      const entry = queue[0] as Entry;
      if (!this.#fits(entry)) continue;
      queue.shift();
      this.#queued -= 1;
      this.#queues.delete(key);
      if (queue.length > 0) this.#queues.set(key, queue);
      this.#take(entry);
      return entry.id;
    }
    return undefined;
  }

  #fits({ key, concurrency }: Entry): boolean {
    if (this.#running.size >= this.#maxRunning) return false;
    return concurrency === null || (this.#runningByKey.get(key) ?? 0) < concurrency;
  }

  #take(entry: Entry): void {
    this.#running.set(entry.id, entry);
    this.#runningByKey.set(entry.key, (this.#runningByKey.get(entry.key) ?? 0) + 1);
  }
}
