import { type RecordedEvent, type Upcasters, upcastEvent } from '@conv3n/potter';
import type { SqliteReader, SqlRow } from '@conv3n/sqlite';
import type { TypeNames } from './type-names.ts';

const columns = 'event.position, event.version, event.type, event.time, event.data, event.metadata';
const forward = `select ${columns} from event where stream = ? and version > ? order by version limit ?`;
const backward = `select ${columns} from event where stream = ? and version < ? order by version desc limit ?`;
const all = `select ${columns}, event_stream.name as stream from event join event_stream on event_stream.id = event.stream
  where position > ? order by position limit ?`;
const window = `select max(position) as last, count(*) as rows from
  (select position from event where position > ? order by position limit ?)`;
const allInWindow = `select ${columns}, event_stream.name as stream from event join event_stream on event_stream.id = event.stream
  where position > ? and position <= ? and substr(event_stream.name, 1, ?) = ? order by position limit ?`;

/** Rows looked at in one go for a prefix; a rare prefix in a large store must not hold the event loop. */
const windowRows = 4096;

/** Where a scan by prefix stands. */
export interface PrefixScan {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was looked at. */
  readonly position: number;
  /** True when no event lies behind `position`. */
  readonly end: boolean;
}

/** Turns rows into events. */
export class EventReader {
  readonly #types: TypeNames;
  readonly #upcasters: Upcasters;

  constructor(types: TypeNames, upcasters: Upcasters) {
    this.#types = types;
    this.#upcasters = upcasters;
  }

  forward(reader: SqliteReader, stream: string, id: number, afterVersion: number, limit: number) {
    return this.#events(reader, reader.prepare(forward).all(id, afterVersion, limit), stream);
  }

  backward(reader: SqliteReader, stream: string, id: number, beforeVersion: number, limit: number) {
    return this.#events(reader, reader.prepare(backward).all(id, beforeVersion, limit), stream);
  }

  all(reader: SqliteReader, afterPosition: number, limit: number): readonly RecordedEvent[] {
    return this.#events(reader, reader.prepare(all).all(afterPosition, limit));
  }

  /** One bounded step of a scan. */
  scan(reader: SqliteReader, afterPosition: number, prefix: string, limit: number): PrefixScan {
    const bounds = reader.prepare(window).get(afterPosition, windowRows);
    const last = bounds?.['last'] as number | null;
    if (last === null) return { events: [], position: afterPosition, end: true };
    // SQLite counts code points where JavaScript counts UTF-16 units.
    const rows = reader.prepare(allInWindow).all(afterPosition, last, [...prefix].length, prefix, limit);
    return { events: this.#events(reader, rows), position: last, end: (bounds?.['rows'] as number) < windowRows };
  }

  #events(reader: SqliteReader, rows: readonly SqlRow[], stream?: string): readonly RecordedEvent[] {
    return rows.map((row) => this.#event(reader, row, stream ?? (row['stream'] as string)));
  }

  #event(reader: SqliteReader, row: SqlRow, stream: string): RecordedEvent {
    const type = this.#types.name(reader, row['type'] as number);
    const metadata = row['metadata'] as string | null;
    return upcastEvent(this.#upcasters, {
      stream,
      version: row['version'] as number,
      position: row['position'] as number,
      type: type.name,
      schemaVersion: type.schemaVersion,
      data: JSON.parse(row['data'] as string),
      time: row['time'] as number,
      metadata: metadata === null ? {} : JSON.parse(metadata),
    });
  }
}
