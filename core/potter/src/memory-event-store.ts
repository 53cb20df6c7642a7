import type { AtomicWrite, Clock } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import type { DomainEvent, RecordedEvent } from './event.ts';
import {
  checkDeletion,
  checkStreamName,
  checkWrites,
  type EncodedEvent,
  encodeEvents,
  encodeMetadata,
  readLimit,
} from './event-limits.ts';
import type {
  AppendOptions,
  AppendResult,
  EventStore,
  ExpectedVersion,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from './event-store.ts';
import { LiveFeed } from './live-feed.ts';
import { applyInMemory } from './memory-transaction.ts';
import { checkVersion } from './stream-version.ts';
import { currentSchemaVersion, type Upcasters, upcastEvent } from './upcaster.ts';

export interface MemoryEventStoreOptions {
  readonly clock: Clock;
  readonly upcasters?: Upcasters;
  /** Stores and storages of one name commit together. @default 'memory' */
  readonly backend?: string;
}

interface Row {
  readonly stream: string;
  readonly version: number;
  readonly position: number;
  readonly event: EncodedEvent;
  readonly schemaVersion: number;
  readonly time: number;
  readonly metadata: string | undefined;
}

/** An event store in memory: for `conv3n run`, tests and short-lived programs. Same contract as the durable ones. */
export function memoryEventStore(options: MemoryEventStoreOptions): EventStore {
  return new MemoryEventStore(options);
}

class MemoryEventStore implements EventStore {
  readonly backend: string;
  readonly #clock: Clock;
  readonly #upcasters: Upcasters;
  readonly #feed = new LiveFeed({ readAll: (options) => this.readAll(options) });
  readonly #streams = new Map<string, Row[]>();
  readonly #deleted = new Set<string>();
  /** In position order; deletions leave gaps in the positions, not in the list. */
  #rows: Row[] = [];
  #position = 0;
  #closed = false;

  constructor(options: MemoryEventStoreOptions) {
    this.backend = options.backend ?? 'memory';
    this.#clock = options.clock;
    this.#upcasters = options.upcasters ?? {};
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly DomainEvent<string, object>[],
    options: AppendOptions = {},
  ): Promise<AppendResult> {
    this.#refuseClosed();
    const encoded = encodeEvents(stream, events);
    const metadata = encodeMetadata(options.metadata);
    checkWrites(this.backend, options.writes ?? []);
    if (this.#deleted.has(stream)) throw streamDeleted(stream);
    const before = this.#streams.get(stream)?.length ?? 0;
    checkVersion(stream, expected, before);
    applyInMemory(options.writes ?? []);
    const time = this.#clock.now();
    const rows = encoded.map((event, index) => ({
      stream,
      version: before + index + 1,
      position: this.#position + index + 1,
      event,
      schemaVersion: currentSchemaVersion(this.#upcasters, event.type),
      time,
      metadata,
    }));
    this.#insert(stream, rows);
    return { version: before + rows.length, position: this.#position };
  }

  async commit(writes: readonly AtomicWrite[]): Promise<void> {
    this.#refuseClosed();
    checkWrites(this.backend, writes);
    applyInMemory(writes);
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    this.#refuseClosed();
    checkStreamName(stream);
    const limit = readLimit(options);
    const rows = this.#streams.get(stream) ?? [];
    if (options.direction === 'backward') {
      const end = Math.min(rows.length, (options.afterVersion ?? rows.length + 1) - 1);
      return rows
        .slice(Math.max(0, end - limit), Math.max(0, end))
        .reverse()
        .map(this.#record);
    }
    const start = options.afterVersion ?? 0;
    return rows.slice(start, start + limit).map(this.#record);
  }

  async streamVersion(stream: string): Promise<number> {
    this.#refuseClosed();
    checkStreamName(stream);
    return this.#streams.get(stream)?.length ?? 0;
  }

  async readAll(options: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    this.#refuseClosed();
    const limit = readLimit(options);
    const prefix = options.streamPrefix ?? '';
    const found: Row[] = [];
    for (let index = this.#indexAfter(options.afterPosition ?? 0); index < this.#rows.length; index++) {
      const row = this.#rows[index] as Row;
      if (!row.stream.startsWith(prefix)) continue;
      found.push(row);
      if (found.length === limit) break;
    }
    return found.map(this.#record);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<RecordedEvent> {
    this.#refuseClosed();
    return this.#feed.subscribe(options, this.#position);
  }

  async deleteStreams(streams: readonly string[], writes: readonly AtomicWrite[] = []): Promise<void> {
    this.#refuseClosed();
    checkDeletion(streams);
    checkWrites(this.backend, writes);
    applyInMemory(writes);
    const gone = new Set(streams.filter((stream) => this.#streams.delete(stream)));
    if (gone.size === 0) return;
    for (const stream of gone) this.#deleted.add(stream);
    this.#rows = this.#rows.filter((row) => !gone.has(row.stream));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#feed.close();
  }

  #insert(stream: string, rows: readonly Row[]): void {
    const list = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, list);
    for (const row of rows) {
      list.push(row);
      this.#rows.push(row);
    }
    this.#position += rows.length;
    if (this.#feed.wants(stream)) this.#feed.publish(stream, rows.map(this.#record));
  }

  /** Binary search: index of the first row whose position is greater. */
  #indexAfter(position: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] as Row).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  readonly #record = (row: Row): RecordedEvent =>
    upcastEvent(this.#upcasters, {
      stream: row.stream,
      version: row.version,
      position: row.position,
      type: row.event.type,
      schemaVersion: row.schemaVersion,
      data: JSON.parse(row.event.data),
      time: row.time,
      metadata: row.metadata === undefined ? {} : JSON.parse(row.metadata),
    });

  #refuseClosed(): void {
    if (this.#closed) throw eventStoreClosed();
  }
}

/** The error of every method after `close()`. */
export function eventStoreClosed() {
  return potterErrors.error('event_store_closed', 'The event store is closed. Open it again to use it.');
}

/** The error of an append to a stream that retention removed. */
export function streamDeleted(stream: string) {
  return potterErrors.error('stream_deleted', `Stream ${stream} was deleted; use a new name.`, { details: { stream } });
}
