import type { AtomicWrite, Clock } from '@conv3n/platform';
import {
  type AppendResult,
  checkVersion,
  currentSchemaVersion,
  type EncodedEvent,
  type ExpectedVersion,
  type RecordedEvent,
  type Upcasters,
} from '@conv3n/potter';
import type { SqliteReader, SqliteTransaction } from '@conv3n/sqlite';
import type { StreamHeads } from './stream-heads.ts';
import type { TypeNames } from './type-names.ts';

/** An append, checked and serialised before it is queued. */
export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly EncodedEvent[];
  readonly metadata: string | undefined;
  readonly writes: readonly AtomicWrite[];
}

/** Events written in the open transaction, to be published when it commits. */
export interface AppendedEvents {
  readonly stream: string;
  readonly events: readonly EncodedEvent[];
  readonly metadata: string | undefined;
  readonly time: number;
  readonly firstVersion: number;
  readonly firstPosition: number;
}

const insertEvent =
  'insert into event (position, stream, version, type, time, data, metadata) values (?, ?, ?, ?, ?, ?, ?)';
const saveLast = "insert or replace into event_store_state (key, value) values ('last_position', ?)";
const loadLast = `select max(ifnull((select max(position) from event), 0),
  ifnull((select value from event_store_state where key = 'last_position'), 0)) as last`;

/**
 * The jobs that write events. Runs only inside jobs of the one writing connection, so a position is given out in commit
 * order: the next one after the last, taken back when the job is undone. Positions are therefore gap-safe without locks.
 */
export class EventWriter {
  readonly #clock: Clock;
  readonly #heads: StreamHeads;
  readonly #types: TypeNames;
  readonly #upcasters: Upcasters;
  #appended: AppendedEvents[] = [];
  #position: number;

  constructor(reader: SqliteReader, clock: Clock, heads: StreamHeads, types: TypeNames, upcasters: Upcasters) {
    this.#clock = clock;
    this.#heads = heads;
    this.#types = types;
    this.#upcasters = upcasters;
    this.#position = reader.prepare(loadLast).get()?.['last'] as number;
  }

  /** Position of the last event ever appended, also when it was deleted. */
  get position(): number {
    return this.#position;
  }

  append(transaction: SqliteTransaction, request: AppendRequest): AppendResult {
    const { stream, events } = request;
    const head = this.#heads.findWritable(transaction, stream);
    checkVersion(stream, request.expected, head.version);
    this.#restoreOnUndo(transaction, stream);
    const id = head.id === 0 ? this.#heads.create(transaction, stream) : head.id;
    const time = this.#clock.now();
    const insert = transaction.prepare(insertEvent);
    const metadata = request.metadata ?? null;
    const firstPosition = this.#position + 1;
    let version = head.version;
    for (const { type, data } of events) {
      const typeId = this.#types.intern(transaction, type, currentSchemaVersion(this.#upcasters, type));
      version += 1;
      this.#position += 1;
      insert.run(this.#position, id, version, typeId, time, data, metadata);
    }
    this.#heads.set(stream, { id, version });
    this.#appended.push({
      stream,
      events,
      metadata: request.metadata,
      time,
      firstVersion: head.version + 1,
      firstPosition,
    });
    for (const write of request.writes) write.apply(transaction);
    return { version, position: this.#position };
  }

  /** The last position is kept because the rows that prove it may be among those deleted. */
  delete(transaction: SqliteTransaction, streams: readonly string[], writes: readonly AtomicWrite[]): void {
    for (const stream of streams) {
      this.#restoreOnUndo(transaction, stream);
      this.#heads.remove(transaction, stream);
    }
    transaction.prepare(saveLast).run(this.#position);
    for (const write of writes) write.apply(transaction);
  }

  /** What was committed since the last call, in position order. */
  takeAppended(): readonly AppendedEvents[] {
    const appended = this.#appended;
    this.#appended = [];
    return appended;
  }

  /** The events as a read would return them; they are new, so no upcaster applies. */
  record(appended: AppendedEvents): readonly RecordedEvent[] {
    return appended.events.map(({ type, data }, index) => ({
      stream: appended.stream,
      version: appended.firstVersion + index,
      position: appended.firstPosition + index,
      type,
      schemaVersion: currentSchemaVersion(this.#upcasters, type),
      data: JSON.parse(data),
      time: appended.time,
      metadata: appended.metadata === undefined ? {} : JSON.parse(appended.metadata),
    }));
  }

  #restoreOnUndo(transaction: SqliteTransaction, stream: string): void {
    const position = this.#position;
    const published = this.#appended.length;
    transaction.onUndo(() => {
      this.#heads.forget(stream);
      this.#position = position;
      this.#appended.length = published;
    });
  }
}
