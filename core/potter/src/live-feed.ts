import type { RecordedEvent } from './event.ts';
import type { ReadAllOptions, SubscribeOptions } from './event-store.ts';

export interface LiveFeedOptions {
  /** The store's own `readAll`, for subscribers that start in the past or fell behind. */
  readonly readAll: (options: ReadAllOptions) => Promise<readonly RecordedEvent[]>;
  /** Events held per subscriber before it falls back to reading the store. @default 1024 */
  readonly bufferLimit?: number;
}

const catchUpPage = 256;

/**
 * The subscription half of an event store: stores publish what they committed, subscribers iterate.
 *
 * I1 A subscriber gets every matching event after its start once, in position order.
 * I2 Its memory is bounded: a full buffer stops taking events, and what is missing is read from the store later.
 * I3 Publishing never waits for a subscriber.
 */
export class LiveFeed {
  readonly #readAll: LiveFeedOptions['readAll'];
  readonly #bufferLimit: number;
  readonly #subscribers = new Set<Subscriber>();

  constructor(options: LiveFeedOptions) {
    this.#readAll = options.readAll;
    this.#bufferLimit = options.bufferLimit ?? 1024;
  }

  /** True when somebody follows `stream`; otherwise its events need not be built. */
  wants(stream: string): boolean {
    for (const subscriber of this.#subscribers) if (subscriber.matches(stream)) return true;
    return false;
  }

  /** Hands over the committed events of one append; appends in position order. */
  publish(stream: string, events: readonly RecordedEvent[]): void {
    for (const subscriber of this.#subscribers) if (subscriber.matches(stream)) subscriber.offer(events);
  }

  /** Starts at once, also before the first `next()`; `lastPosition` is where the store is now. */
  subscribe(options: SubscribeOptions, lastPosition: number): AsyncIterable<RecordedEvent> {
    const subscriber = new Subscriber(options, lastPosition, this.#readAll, this.#bufferLimit);
    if (!options.signal.aborted) {
      this.#subscribers.add(subscriber);
      subscriber.onEnd(() => this.#subscribers.delete(subscriber));
    }
    return subscriber;
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const subscriber of [...this.#subscribers]) subscriber.end();
  }
}

class Subscriber implements AsyncIterable<RecordedEvent>, AsyncIterator<RecordedEvent> {
  readonly #options: SubscribeOptions;
  readonly #readAll: LiveFeedOptions['readAll'];
  readonly #bufferLimit: number;
  #buffer: RecordedEvent[] = [];
  #next = 0;
  /** Everything up to here is in the buffer or was delivered. */
  #position: number;
  /** While true, events come from the store and `offer` only notes that there are more. */
  #behind: boolean;
  #missed = false;
  #ended: boolean;
  #wake: (() => void) | undefined;
  #onEnd: (() => void) | undefined;
  readonly #abort = () => this.end();

  constructor(
    options: SubscribeOptions,
    lastPosition: number,
    readAll: LiveFeedOptions['readAll'],
    bufferLimit: number,
  ) {
    this.#options = options;
    this.#readAll = readAll;
    this.#bufferLimit = bufferLimit;
    this.#position = options.afterPosition ?? lastPosition;
    this.#behind = options.afterPosition !== undefined;
    this.#ended = options.signal.aborted;
    options.signal.addEventListener('abort', this.#abort, { once: true });
  }

  matches(stream: string): boolean {
    const prefix = this.#options.streamPrefix;
    return prefix === undefined || stream.startsWith(prefix);
  }

  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  offer(events: readonly RecordedEvent[]): void {
    if (this.#behind || this.#buffer.length - this.#next + events.length > this.#bufferLimit) {
      this.#behind = true;
      this.#missed = true;
    } else {
      this.#take(events);
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#buffer = [];
    this.#next = 0;
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#onEnd?.();
    this.#wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<RecordedEvent> {
    return this;
  }

  async next(): Promise<IteratorResult<RecordedEvent>> {
    while (!this.#ended) {
      const event = this.#buffer[this.#next];
      if (event) {
        this.#next += 1;
        return { done: false, value: event };
      }
      this.#buffer = [];
      this.#next = 0;
      if (this.#behind) await this.#catchUp();
      else await this.#waitForEvents();
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<RecordedEvent>> {
    this.end();
    return { done: true, value: undefined };
  }

  async #catchUp(): Promise<void> {
    this.#missed = false;
    const { streamPrefix } = this.#options;
    let page: readonly RecordedEvent[];
    try {
      page = await this.#readAll({
        afterPosition: this.#position,
        limit: catchUpPage,
        ...(streamPrefix !== undefined && { streamPrefix }),
      });
    } catch (error) {
      // A store that closes during the read has ended this subscription already; that is no failure.
      if (this.#ended) return;
      throw error;
    }
    if (this.#ended) return;
    if (page.length > 0) this.#take(page);
    else if (!this.#missed) this.#behind = false;
  }

  #take(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.position <= this.#position) continue;
      this.#buffer.push(event);
      this.#position = event.position;
    }
  }

  async #waitForEvents(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
