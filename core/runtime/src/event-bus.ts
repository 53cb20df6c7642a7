import type { CallContext, Conv3nError, Disposer, JsonValue, Log, Platform } from '@conv3n/platform';
import { BoundedQueue } from './bounded-queue.ts';
import { boundedWait, isThenable } from './bounded-wait.ts';
import { runtimeErrors } from './errors.ts';
import { frozenJson } from './frozen-json.ts';
import type { BusEvent, SubscribeEventsOptions } from './plugin.ts';
import { checkEventType, compileTopic } from './topic-matching.ts';

const cachedTypes = 1000;
const defaultQueueLimit = 1000;
const defaultDeadlineMs = 30_000;

/** Who holds a subscription: where its errors are told, and what a `fail` overflow ends. */
export interface SubscriptionOwner {
  readonly id: string;
  readonly log: Log;
  fail(error: Conv3nError): void;
}

/** Counters of one subscription since it was made. */
export interface SubscriptionStats {
  readonly owner: string;
  readonly topic: string;
  readonly queued: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly errors: number;
}

interface Subscription {
  readonly owner: SubscriptionOwner;
  readonly topic: string;
  readonly matches: (type: string) => boolean;
  readonly handler: (event: BusEvent) => void | Promise<void>;
  readonly overflow: NonNullable<SubscribeEventsOptions['overflow']>;
  readonly deadlineMs: number;
  readonly queue: BoundedQueue<BusEvent>;
  open: boolean;
  draining: boolean;
  delivered: number;
  dropped: number;
  errors: number;
}

/**
 * Carries events from emitters to subscribers.
 *
 * I1 `emit` returns before any handler runs; each subscription has its own bounded queue and runs one handler at a time,
 *    so its events arrive in the order of emission. I2 Data is a frozen copy. I3 A handler's error or lateness is its owner's only.
 */
export class EventBus {
  readonly #platform: Platform;
  readonly #subscriptions = new Set<Subscription>();
  readonly #byType = new Map<string, readonly Subscription[]>();
  #emitted = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  emit(
    source: string,
    type: string,
    data: JsonValue,
    options: { readonly subject?: string; readonly context?: CallContext } = {},
  ): void {
    const receivers = this.#receivers(type);
    const frozen = frozenJson(data);
    this.#emitted += 1;
    if (receivers.length === 0) return;
    const traceparent = options.context?.trace?.traceparent;
    const event: BusEvent = Object.freeze({
      id: this.#platform.ids.next(),
      type,
      time: this.#platform.clock.now(),
      source,
      ...(options.subject !== undefined && { subject: options.subject }),
      ...(traceparent !== undefined && { traceparent }),
      data: frozen,
    });
    for (const subscription of receivers) this.#enqueue(subscription, event);
  }

  subscribe(
    owner: SubscriptionOwner,
    topic: string,
    handler: (event: BusEvent) => void | Promise<void>,
    options: SubscribeEventsOptions = {},
  ): Disposer {
    const subscription: Subscription = {
      owner,
      topic,
      handler,
      matches: compileTopic(topic),
      overflow: options.overflow ?? 'drop-oldest',
      deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
      queue: new BoundedQueue(Math.max(1, options.queueLimit ?? defaultQueueLimit)),
      open: true,
      draining: false,
      delivered: 0,
      dropped: 0,
      errors: 0,
    };
    this.#subscriptions.add(subscription);
    this.#byType.clear();
    return () => this.#end(subscription);
  }

  stats(): { readonly emitted: number; readonly subscriptions: readonly SubscriptionStats[] } {
    const subscriptions = Array.from(this.#subscriptions, ({ owner, topic, queue, delivered, dropped, errors }) => ({
      owner: owner.id,
      topic,
      queued: queue.size,
      delivered,
      dropped,
      errors,
    }));
    return { emitted: this.#emitted, subscriptions };
  }

  #receivers(type: string): readonly Subscription[] {
    const known = this.#byType.get(type);
    if (known) return known;
    checkEventType(type);
    const found = Array.from(this.#subscriptions).filter((subscription) => subscription.matches(type));
    if (this.#byType.size >= cachedTypes) this.#byType.clear();
    this.#byType.set(type, found);
    return found;
  }

  #end(subscription: Subscription): void {
    if (!subscription.open) return;
    subscription.open = false;
    subscription.queue.clear();
    this.#subscriptions.delete(subscription);
    this.#byType.clear();
  }

  #enqueue(subscription: Subscription, event: BusEvent): void {
    if (!subscription.open) return;
    if (subscription.queue.full) {
      subscription.dropped += 1;
      if (subscription.overflow === 'drop-newest') return;
      if (subscription.overflow === 'fail') {
        this.#overflow(subscription);
        return;
      }
      subscription.queue.shift();
    }
    subscription.queue.push(event);
    if (subscription.draining) return;
    subscription.draining = true;
    queueMicrotask(() => this.#drain(subscription));
  }

  #overflow(subscription: Subscription): void {
    this.#end(subscription);
    subscription.owner.fail(
      runtimeErrors.error(
        'event_queue_overflow',
        `The subscription to "${subscription.topic}" fell behind its queue limit and may not miss events. Raise queueLimit or handle events faster.`,
        { details: { topic: subscription.topic } },
      ),
    );
  }

  #drain(subscription: Subscription): void {
    for (let event = subscription.queue.shift(); event; event = subscription.queue.shift()) {
      subscription.delivered += 1;
      try {
        const result = subscription.handler(event);
        if (isThenable(result)) {
          void this.#wait(subscription, event, result);
          return;
        }
      } catch (error) {
        this.#report(subscription, event, 'event handler failed', error);
      }
    }
    subscription.draining = false;
  }

  async #wait(subscription: Subscription, event: BusEvent, result: PromiseLike<unknown>): Promise<void> {
    const report = (error: unknown): void => this.#report(subscription, event, 'event handler failed', error);
    const outcome = await boundedWait(this.#platform.timers, result, subscription.deadlineMs, report);
    if (outcome.kind === 'failed') report(outcome.error);
    if (outcome.kind === 'late') this.#report(subscription, event, 'event handler passed its deadline');
    this.#drain(subscription);
  }

  #report(subscription: Subscription, event: BusEvent, message: string, error?: unknown): void {
    subscription.errors += 1;
    subscription.owner.log.write('error', message, {
      topic: subscription.topic,
      event: event.type,
      event_id: event.id,
      ...(error !== undefined && { error }),
    });
  }
}
