import type { AtomicWrite, Clock } from '@conv3n/platform';
import {
  checkStorageKey,
  pageSize,
  runtimeErrors,
  type Storage,
  type StorageEntry,
  type StorageOperation,
  type StoragePage,
} from '@conv3n/runtime';
import {
  type SqliteDatabase,
  type SqliteReader,
  type SqliteTransaction,
  type SqlRow,
  sqliteAtomicWrite,
} from '@conv3n/sqlite';
import { type PreparedOperation, performOperation, prepareOperation } from './prepared-operation.ts';
import { decodeKey, encodeKey, endOfPrefix, justAfter } from './sortable-key.ts';

/** Expired rows removed per write, so that purging never stalls one. */
const purgedPerWrite = 32;

const columns = 'key, revision, expires_at, value';
const live = '(expires_at is null or expires_at > ?)';
const selectOne = `select ${columns} from storage where namespace = ? and key = ? and ${live}`;
const selectUp = `select ${columns} from storage where namespace = ? and key >= ? and key < ? and ${live} order by key limit ?`;
const selectDown = `select ${columns} from storage where namespace = ? and key >= ? and key < ? and ${live} order by key desc limit ?`;
const purge = `delete from storage where rowid in (select rowid from storage where expires_at <= ? limit ${purgedPerWrite})`;

export interface SqliteStorageOptions {
  /** Opened with `storageMigrations`; stays the caller's. */
  readonly database: SqliteDatabase;
  /** Decides what is expired. */
  readonly clock: Clock;
}

class SqliteStorage implements Storage {
  readonly backend: string;
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  #closed = false;

  constructor({ database, clock }: SqliteStorageOptions) {
    this.#database = database;
    this.#clock = clock;
    this.backend = database.backend;
  }

  async get(namespace: string, key: string): Promise<StorageEntry | undefined> {
    return (await this.getMany(namespace, [key]))[0];
  }

  async getMany(namespace: string, keys: readonly string[]): Promise<readonly (StorageEntry | undefined)[]> {
    this.#checkOpen();
    for (const key of keys) checkStorageKey(namespace, key);
    const now = this.#clock.now();
    return this.#database.read((reader) => keys.map((key) => entryOf(reader, namespace, key, now)));
  }

  async write(operations: readonly StorageOperation[]): Promise<void> {
    this.#checkOpen();
    const prepared = operations.map(prepareOperation);
    await this.#database.write((transaction) => this.#perform(transaction, prepared));
  }

  asAtomicWrite(operations: readonly StorageOperation[]): AtomicWrite {
    this.#checkOpen();
    const prepared = operations.map(prepareOperation);
    return sqliteAtomicWrite(this.#database, (transaction) => this.#perform(transaction, prepared));
  }

  async list(
    namespace: string,
    options: {
      readonly prefix?: string;
      readonly after?: string;
      readonly limit?: number;
      readonly reverse?: boolean;
    } = {},
  ): Promise<StoragePage> {
    this.#checkOpen();
    const { prefix = '', after, reverse = false } = options;
    checkStorageKey(namespace, 'any');
    let [from, to] = [encodeKey(prefix), endOfPrefix(prefix)];
    if (after !== undefined && reverse) to = least(to, encodeKey(after));
    if (after !== undefined && !reverse) from = greatest(from, justAfter(after));
    const limit = pageSize(options.limit);
    const sql = reverse ? selectDown : selectUp;
    const rows = this.#database.read((reader) =>
      reader.prepare(sql).all(namespace, from, to, this.#clock.now(), limit + 1),
    );
    const entries = rows.slice(0, limit).map(fromRow);
    return rows.length > limit ? { entries, next: (entries.at(-1) as StorageEntry).key } : { entries };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #perform(transaction: SqliteTransaction, prepared: readonly PreparedOperation[]): void {
    for (const operation of prepared) performOperation(transaction, operation, this.#clock);
    transaction.prepare(purge).run(this.#clock.now());
  }

  #checkOpen(): void {
    if (this.#closed) throw runtimeErrors.error('storage_closed', 'The storage is closed. Open a new one.');
  }
}

function entryOf(reader: SqliteReader, namespace: string, key: string, now: number): StorageEntry | undefined {
  const row = reader.prepare(selectOne).get(namespace, encodeKey(key), now);
  return row && fromRow(row);
}

function fromRow(row: SqlRow): StorageEntry {
  const expiresAt = row['expires_at'];
  return {
    key: decodeKey(row['key'] as Uint8Array),
    value: JSON.parse(row['value'] as string),
    revision: Number(row['revision']),
    ...(expiresAt !== null && { expiresAt: Number(expiresAt) }),
  };
}

const least = (a: Uint8Array, b: Uint8Array): Uint8Array => (Buffer.compare(a, b) < 0 ? a : b);
const greatest = (a: Uint8Array, b: Uint8Array): Uint8Array => (Buffer.compare(a, b) > 0 ? a : b);

/** The storage port on a SQLite database; writes of one event-loop turn share its commit. `close` leaves the database open. */
export function sqliteStorage(options: SqliteStorageOptions): Storage {
  return new SqliteStorage(options);
}
