import type { AtomicWrite, Clock, Disposer } from '@conv3n/platform';
import {
  type AppendOptions,
  type AppendResult,
  checkDeletion,
  checkStreamName,
  checkWrites,
  type DomainEvent,
  type EventStore,
  type ExpectedVersion,
  encodeEvents,
  encodeMetadata,
  eventStoreClosed,
  LiveFeed,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  readLimit,
  type SubscribeOptions,
  type Upcasters,
} from '@conv3n/potter';
import type { SqliteDatabase } from '@conv3n/sqlite';
import { EventReader } from './event-reader.ts';
import { EventWriter } from './event-writer.ts';
import { StreamHeads } from './stream-heads.ts';
import { TypeNames } from './type-names.ts';

export interface SqliteEventStoreOptions {
  /** Opened with {@link eventStoreMigrations} among its migrations. Stays open when the store closes. */
  readonly database: SqliteDatabase;
  readonly clock: Clock;
  readonly upcasters?: Upcasters;
}

/** Potter's event store on SQLite. One per database: it hands out the positions. */
export function sqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  return new SqliteEventStore(options);
}

class SqliteEventStore implements EventStore {
  readonly backend: string;
  readonly #database: SqliteDatabase;
  readonly #heads: StreamHeads;
  readonly #reader: EventReader;
  readonly #writer: EventWriter;
  readonly #feed = new LiveFeed({ readAll: (options) => this.readAll(options) });
  readonly #stopListening: Disposer;
  #closed = false;

  constructor({ database, clock, upcasters = {} }: SqliteEventStoreOptions) {
    const types = new TypeNames();
    this.backend = database.backend;
    this.#database = database;
    this.#heads = database.read((reader) => new StreamHeads(reader));
    this.#reader = new EventReader(types, upcasters);
    this.#writer = database.read((reader) => new EventWriter(reader, clock, this.#heads, types, upcasters));
    this.#stopListening = database.afterCommit(() => this.#publish());
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly DomainEvent<string, object>[],
    options: AppendOptions = {},
  ): Promise<AppendResult> {
    this.#refuseClosed();
    const { writes = [] } = options;
    const encoded = encodeEvents(stream, events);
    const metadata = encodeMetadata(options.metadata);
    checkWrites(this.backend, writes);
    const request = { stream, expected, events: encoded, metadata, writes };
    return this.#database.write((transaction) => this.#writer.append(transaction, request));
  }

  async commit(writes: readonly AtomicWrite[]): Promise<void> {
    this.#refuseClosed();
    checkWrites(this.backend, writes);
    await this.#database.write((transaction) => {
      for (const write of writes) write.apply(transaction);
    });
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    this.#refuseClosed();
    checkStreamName(stream);
    const limit = readLimit(options);
    return this.#database.read((reader) => {
      const { id, version } = this.#heads.find(reader, stream);
      if (id === 0) return [];
      return options.direction === 'backward'
        ? this.#reader.backward(reader, stream, id, options.afterVersion ?? version + 1, limit)
        : this.#reader.forward(reader, stream, id, options.afterVersion ?? 0, limit);
    });
  }

  async streamVersion(stream: string): Promise<number> {
    this.#refuseClosed();
    checkStreamName(stream);
    return this.#database.read((reader) => this.#heads.find(reader, stream).version);
  }

  async readAll(options: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    this.#refuseClosed();
    const limit = readLimit(options);
    const { afterPosition = 0, streamPrefix = '' } = options;
    if (streamPrefix !== '') return this.#readPrefix(afterPosition, streamPrefix, limit);
    return this.#database.read((reader) => this.#reader.all(reader, afterPosition, limit));
  }

  subscribe(options: SubscribeOptions): AsyncIterable<RecordedEvent> {
    this.#refuseClosed();
    return this.#feed.subscribe(options, this.#writer.position);
  }

  async deleteStreams(streams: readonly string[], writes: readonly AtomicWrite[] = []): Promise<void> {
    this.#refuseClosed();
    checkDeletion(streams);
    checkWrites(this.backend, writes);
    await this.#database.write((transaction) => this.#writer.delete(transaction, streams, writes));
  }

  /** Waits for what was queued before it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#database.write(() => undefined);
    } finally {
      this.#stopListening();
      this.#feed.close();
    }
  }

  async #readPrefix(afterPosition: number, prefix: string, limit: number): Promise<readonly RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    let position = afterPosition;
    for (;;) {
      const step = this.#database.read((reader) => this.#reader.scan(reader, position, prefix, limit - found.length));
      found.push(...step.events);
      if (step.end || found.length >= limit) return found;
      position = step.position;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  #publish(): void {
    for (const appended of this.#writer.takeAppended()) {
      if (this.#feed.wants(appended.stream)) this.#feed.publish(appended.stream, this.#writer.record(appended));
    }
  }

  #refuseClosed(): void {
    if (this.#closed) throw eventStoreClosed();
  }
}
