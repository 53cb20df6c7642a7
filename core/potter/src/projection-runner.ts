import { type AtomicWrite, type Clock, type Log, type Timers, toConv3nError } from '@conv3n/platform';
import { type CheckpointStore, parkedEvent } from './checkpoint.ts';
import { delay } from './delay.ts';
import { potterErrors } from './errors.ts';
import type { RecordedEvent } from './event.ts';
import type { EventStore } from './event-store.ts';
import type { Projection, ProjectionState, ProjectionStatus } from './projection.ts';

export interface ProjectionRunnerOptions {
  readonly store: EventStore;
  /** Of the same backend as the store. */
  readonly checkpoints: CheckpointStore;
  readonly projection: Projection;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Events per commit while catching up. @default 256 @limit 10000 */
  readonly batchSize?: number;
  /** Attempts before an event is parked. Errors marked retryable, such as a full disk, never lead to parking. @default 5 */
  readonly maxAttempts?: number;
  /** Before the second attempt; doubles up to 30 s. @default 100 */
  readonly retryDelayMs?: number;
}

const longestDelayMs = 30_000;
/** So many events that the filter refused may be looked at again after a restart; saves a write for each of them. */
const mostUnsaved = 10_000;

/**
 * Drives one asynchronous projection: takes what is behind it in batches, then waits for commits without polling.
 *
 * I1 Read model and checkpoint commit together.
 * I2 No event is skipped silently: it is applied, filtered out, or parked with its error.
 * I3 While a failing event is tried again nothing behind it is applied.
 */
export class ProjectionRunner {
  readonly #options: ProjectionRunnerOptions;
  #state: ProjectionState = 'stopped';
  #position = 0;
  #applied = 0;
  #parked = 0;
  #unsaved = 0;
  #error: string | undefined;

  /** @throws Conv3nError `invalid_projection` when the checkpoints belong to another database */
  constructor(options: ProjectionRunnerOptions) {
    this.#options = options;
    const { store, checkpoints, projection } = options;
    if (store.backend !== checkpoints.backend) {
      throw potterErrors.error(
        'invalid_projection',
        `Checkpoints of "${projection.name}" are in ${checkpoints.backend}, events in ${store.backend}. Keep them in one database.`,
      );
    }
  }

  status(): ProjectionStatus {
    return {
      name: this.#options.projection.name,
      state: this.#state,
      position: this.#position,
      applied: this.#applied,
      parked: this.#parked,
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /** Runs until the signal aborts, then resolves. @throws what the store throws; the status is then `failed` */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'stopped' && this.#state !== 'failed') {
      throw potterErrors.error('invalid_projection', `Projection "${this.#options.projection.name}" runs already.`);
    }
    this.#state = 'catching_up';
    try {
      this.#position = await this.#options.checkpoints.load(this.#options.projection.name);
      while (!signal.aborted) await this.#step(signal);
      this.#state = 'stopped';
    } catch (error) {
      this.#state = signal.aborted ? 'stopped' : 'failed';
      if (signal.aborted) return;
      this.#fail(error);
      throw error;
    }
  }

  /** Empties the read model and its checkpoint in one commit; the next {@link run} takes everything again. Only while it does not run. */
  async reset(): Promise<void> {
    const { projection, checkpoints, store } = this.#options;
    if (!projection.reset || (this.#state !== 'stopped' && this.#state !== 'failed')) {
      throw potterErrors.error(
        'invalid_projection',
        `Projection "${projection.name}" cannot be reset: ${projection.reset ? 'stop it first' : 'it declares no reset'}.`,
      );
    }
    await store.commit([...projection.reset(), checkpoints.clear(projection.name)]);
    this.#position = 0;
  }

  /** Subscribing before reading makes the wait safe: a commit between the two wakes it at once. */
  async #step(signal: AbortSignal): Promise<void> {
    const { store, projection, batchSize = 256 } = this.#options;
    const prefix = projection.streamPrefix === undefined ? {} : { streamPrefix: projection.streamPrefix };
    const commits = store.subscribe({ ...prefix, signal })[Symbol.asyncIterator]();
    try {
      const page = await store.readAll({ ...prefix, afterPosition: this.#position, limit: batchSize });
      if (page.length > 0) {
        this.#state = 'catching_up';
        await this.#take(page, signal);
        return;
      }
      this.#state = 'live';
      await commits.next();
    } finally {
      await commits.return?.();
    }
  }

  async #take(page: readonly RecordedEvent[], signal: AbortSignal): Promise<void> {
    try {
      await this.#commit(page);
    } catch (error) {
      // One of them is bad: find it by taking them singly.
      this.#fail(error);
      for (const event of page) await this.#takeOne(event, signal);
    }
  }

  async #takeOne(event: RecordedEvent, signal: AbortSignal): Promise<void> {
    const { timers, maxAttempts = 5, retryDelayMs = 100 } = this.#options;
    let failures = 0;
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        await this.#commit([event]);
        return;
      } catch (error) {
        this.#fail(error);
        if (!toConv3nError(error).retryable) failures += 1;
        if (failures >= maxAttempts) {
          await this.#park(event, error);
          return;
        }
        this.#state = 'retrying';
        await delay(timers, Math.min(retryDelayMs * 2 ** Math.min(attempt - 1, 20), longestDelayMs), signal);
      }
    }
  }

  async #commit(events: readonly RecordedEvent[]): Promise<void> {
    const { projection, checkpoints, store } = this.#options;
    const wanted = events.filter(({ type }) => projection.types?.has(type) ?? true);
    const writes: AtomicWrite[] = [];
    for (const event of wanted) writes.push(...(await projection.apply(event)));
    const { position } = events.at(-1) as RecordedEvent;
    this.#unsaved += events.length;
    if (wanted.length > 0 || this.#unsaved >= mostUnsaved) {
      await store.commit([...writes, checkpoints.save(projection.name, position)]);
      this.#unsaved = 0;
    }
    this.#position = position;
    this.#applied += wanted.length;
    this.#error = undefined;
  }

  async #park(event: RecordedEvent, error: unknown): Promise<void> {
    const { projection, checkpoints, store, clock, log } = this.#options;
    await store.commit([
      checkpoints.park(parkedEvent(projection.name, event, error, clock.now())),
      checkpoints.save(projection.name, event.position),
    ]);
    this.#position = event.position;
    this.#parked += 1;
    const { position, stream, type } = event;
    log.write('error', 'projection parked an event', { projection: projection.name, position, stream, type });
  }

  #fail(error: unknown): void {
    this.#error = String(error);
    const { projection, log } = this.#options;
    log.write('warn', 'projection failed', { projection: projection.name, error: this.#error });
  }
}
