import type { AtomicWrite } from '@conv3n/platform';
import type { DomainEvent, EventMetadata, RecordedEvent } from './event.ts';

/** What the writer believes about the stream: an exact version, that it does not exist, that it exists, or nothing. */
export type ExpectedVersion = number | 'none' | 'exists' | 'any';

export interface AppendOptions {
  readonly metadata?: EventMetadata;
  /** Further writes (projections, outbox, storage) that commit atomically with the events. */
  readonly writes?: readonly AtomicWrite[];
}

export interface AppendResult {
  /** Version of the stream's last event. */
  readonly version: number;
  /** Position of the last event appended. */
  readonly position: number;
}

export interface ReadStreamOptions {
  /** Exclusive start in the direction of reading. @default before the first, or backward: behind the last event */
  readonly afterVersion?: number;
  /** At most this many events; fewer means that the end is reached. @default 1000 @limit 10000 */
  readonly limit?: number;
  readonly direction?: 'forward' | 'backward';
}

export interface ReadAllOptions {
  /** Exclusive. @default 0 */
  readonly afterPosition?: number;
  /** At most this many events; fewer means that the end is reached. @default 1000 @limit 10000 */
  readonly limit?: number;
  /** Only streams whose name starts so, such as `execution-`. */
  readonly streamPrefix?: string;
}

export interface SubscribeOptions {
  /** Exclusive start. Absent: only what is committed from now on. */
  readonly afterPosition?: number;
  readonly streamPrefix?: string;
  readonly signal: AbortSignal;
}

/**
 * Port: an append-only store of event streams. Contract suite: `eventStoreContract` in `@conv3n/potter/testing`.
 *
 * I1 `append` resolves after the commit that holds the events and all `writes`; a rejected append leaves nothing.
 * I2 Positions are gap-safe: what `readAll` returned never later gains a smaller neighbour.
 * I3 A version conflict (`version_conflict`) rolls back its own append only, never a neighbour in the same grouped commit.
 * I4 Subscribers see an event only after its commit, in position order, without loss or doubles; a slow one costs a bounded buffer, then catches up from the store.
 */
export interface EventStore {
  /** Names the database, for {@link AtomicWrite.backend}. */
  readonly backend: string;
  /** @throws Conv3nError `version_conflict`, `stream_deleted`, `event_store_closed`, `foreign_write`, `invalid_append`, `event_too_large` */
  append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly DomainEvent<string, object>[],
    options?: AppendOptions,
  ): Promise<AppendResult>;
  /** Commits writes without events, in order with the appends of the same tick. */
  commit(writes: readonly AtomicWrite[]): Promise<void>;
  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;
  /** Version of the last event, 0 when the stream does not exist. */
  streamVersion(stream: string): Promise<number>;
  readAll(options?: ReadAllOptions): Promise<readonly RecordedEvent[]>;
  /**
   * Events in position order until the signal aborts or the store closes. Counts from the call, not from the first `next()`.
   * Iterated once, by one consumer; events are shared between subscribers and must not be changed.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<RecordedEvent>;
  /**
   * Removes whole streams (retention); one that does not exist is skipped. Positions and names are never used again.
   * `writes` commit with the removal.
   */
  deleteStreams(streams: readonly string[], writes?: readonly AtomicWrite[]): Promise<void>;
  close(): Promise<void>;
}
