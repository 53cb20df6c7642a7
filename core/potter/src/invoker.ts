import type { Ids } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import type { EventMetadata, RecordedEvent } from './event.ts';
import type { EventStore } from './event-store.ts';

export interface Invocation {
  /** Starts the work. The events it leads to must carry this metadata. */
  send(metadata: EventMetadata & { readonly correlationId: string }): Promise<unknown>;
  /** Types of event that mean success. */
  readonly success: readonly string[];
  /** Types of event that mean failure. */
  readonly failure?: readonly string[];
  /** Continues an existing correlation. @default a fresh id */
  readonly correlationId?: string;
  /** How long to wait: an aborted signal rejects with its reason. */
  readonly signal: AbortSignal;
}

/** How an invocation ended. */
export interface InvocationOutcome {
  readonly kind: 'success' | 'failure';
  readonly event: RecordedEvent;
}

export interface InvokerOptions {
  readonly store: EventStore;
  readonly ids: Ids;
  /** @default 10000 */
  readonly maxWaiting?: number;
}

interface Waiter {
  readonly success: ReadonlySet<string>;
  readonly failure: ReadonlySet<string>;
  settle(outcome: InvocationOutcome): void;
}

/**
 * Request and reply over events: send a command, wait for the event that ends its work.
 *
 * I1 It listens before it sends, so the fastest reply is not missed.
 * I2 One subscription serves all invocations; several may wait for one correlation.
 * I3 An invocation settles once; its waiter is gone however it ends.
 */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #waiters = new Map<string, Set<Waiter>>();
  #waiting = 0;

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** Delivers events to those who wait until the signal aborts. Call it once, before {@link invoke}. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const event of this.#options.store.subscribe({ signal })) this.#deliver(event);
  }

  /** Invocations without an outcome yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** @throws Conv3nError `invoker_overloaded`; what `send` throws; the signal's reason */
  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const { signal } = invocation;
    signal.throwIfAborted();
    const most = this.#options.maxWaiting ?? 10_000;
    if (this.#waiting >= most) {
      throw potterErrors.error('invoker_overloaded', `${most} invocations are waiting. Try again later.`);
    }
    const correlationId = invocation.correlationId ?? this.#options.ids.next();
    const { promise, resolve, reject } = Promise.withResolvers<InvocationOutcome>();
    const abort = () => reject(signal.reason);
    const forget = this.#await(correlationId, {
      success: new Set(invocation.success),
      failure: new Set(invocation.failure),
      settle: resolve,
    });
    signal.addEventListener('abort', abort, { once: true });
    try {
      const sending = invocation.send({ correlationId });
      const [outcome] = await Promise.all([promise, sending]);
      return outcome;
    } finally {
      signal.removeEventListener('abort', abort);
      forget();
    }
  }

  #await(correlationId: string, waiter: Waiter): () => void {
    const waiters = this.#waiters.get(correlationId) ?? new Set();
    this.#waiters.set(correlationId, waiters.add(waiter));
    this.#waiting += 1;
    return () => {
      waiters.delete(waiter);
      this.#waiting -= 1;
      if (waiters.size === 0) this.#waiters.delete(correlationId);
    };
  }

  #deliver(event: RecordedEvent): void {
    const { correlationId } = event.metadata;
    if (correlationId === undefined) return;
    for (const waiter of this.#waiters.get(correlationId) ?? []) {
      if (waiter.success.has(event.type)) waiter.settle({ kind: 'success', event });
      else if (waiter.failure.has(event.type)) waiter.settle({ kind: 'failure', event });
    }
  }
}
