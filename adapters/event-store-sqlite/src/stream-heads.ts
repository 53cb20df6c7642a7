import { hash } from 'node:crypto';
import { streamDeleted } from '@conv3n/potter';
import type { SqliteReader, SqliteTransaction } from '@conv3n/sqlite';

/** Where a stream ends. `id` 0 and version 0 mean that it does not exist. */
export interface StreamHead {
  readonly id: number;
  readonly version: number;
}

const nowhere: StreamHead = Object.freeze({ id: 0, version: 0 });
const maxHeads = 8192;

/**
 * The ends of recently written streams, so that most appends check their version without a read.
 *
 * I1 Outside a transaction it holds committed versions only: whoever sets a head inside one forgets it on undo.
 * I2 A stream that is not held is read from the tables, so forgetting is always safe.
 */
export class StreamHeads {
  readonly #heads = new Map<string, StreamHead>();
  /** Spares the lookup of tombstones as long as nothing was ever deleted. */
  #tombstones: boolean;

  constructor(reader: SqliteReader) {
    this.#tombstones = reader.prepare('select 1 from event_stream_deleted limit 1').get() !== undefined;
  }

  find(reader: SqliteReader, stream: string): StreamHead {
    const held = this.#heads.get(stream);
    if (held) return held;
    const row = reader
      .prepare(
        `select id, (select version from event where stream = event_stream.id order by version desc limit 1) as version
         from event_stream where name = ?`,
      )
      .get(stream);
    return row ? { id: row['id'] as number, version: row['version'] as number } : nowhere;
  }

  /** As {@link find} for a writer. @throws Conv3nError `stream_deleted` */
  findWritable(transaction: SqliteTransaction, stream: string): StreamHead {
    const head = this.find(transaction, stream);
    if (head.id === 0 && this.#tombstones && this.#isDeleted(transaction, stream)) throw streamDeleted(stream);
    return head;
  }

  /** Adds the row of a stream that does not exist. */
  create(transaction: SqliteTransaction, stream: string): number {
    const { lastInsertRowid } = transaction.prepare('insert into event_stream (name) values (?)').run(stream);
    return Number(lastInsertRowid);
  }

  /** Removes a stream's rows and leaves its tombstone. */
  remove(transaction: SqliteTransaction, stream: string): void {
    const { id } = this.find(transaction, stream);
    this.#heads.delete(stream);
    if (id === 0) return;
    this.#tombstones = true;
    transaction.prepare('delete from event where stream = ?').run(id);
    transaction.prepare('delete from event_stream where id = ?').run(id);
    transaction.prepare('insert into event_stream_deleted (name_hash) values (?)').run(nameHash(stream));
  }

  /** The least recently written head makes room. */
  set(stream: string, head: StreamHead): void {
    this.#heads.delete(stream);
    if (this.#heads.size >= maxHeads) {
      const [oldest] = this.#heads.keys();
      if (oldest !== undefined) this.#heads.delete(oldest);
    }
    this.#heads.set(stream, head);
  }

  forget(stream: string): void {
    this.#heads.delete(stream);
  }

  #isDeleted(reader: SqliteReader, stream: string): boolean {
    return reader.prepare('select 1 from event_stream_deleted where name_hash = ?').get(nameHash(stream)) !== undefined;
  }
}

/** 128 bits of SHA-256: no two names meet. */
function nameHash(stream: string): Uint8Array {
  return hash('sha256', stream, 'buffer').subarray(0, 16);
}
