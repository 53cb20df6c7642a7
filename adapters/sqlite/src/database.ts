import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Disposer } from '@conv3n/platform';
import { type BackupOptions, backupFile } from './backup-file.ts';
import { sqliteErrors } from './errors.ts';
import { migrate } from './migrations.ts';
import { openFile } from './open-file.ts';
import { claimPath } from './open-paths.ts';
import { type ResolvedSqliteOptions, resolveSqliteOptions, type SqliteOptions } from './options.ts';
import { fromSqliteError } from './sqlite-error.ts';
import { StatementCache } from './statement-cache.ts';
import type { SqliteReader, SqliteTransaction, Statement } from './transaction.ts';
import { WriteQueue } from './write-queue.ts';

/** What the database occupies. */
export interface SqliteSize {
  /** The database, without its log. */
  readonly bytes: number;
  /** Part of `bytes` that deleted rows left free for new ones. */
  readonly freeBytes: number;
  /** The write-ahead log. */
  readonly logBytes: number;
}

/** One SQLite file and the only connection that writes it. */
export interface SqliteDatabase {
  /** `sqlite:` and the absolute path, or a name unique in the process for `:memory:`: the `AtomicWrite` backend. */
  readonly backend: string;
  /**
   * Queues a synchronous job; all jobs of one event-loop turn share one transaction. Resolves with the job's result after
   * the commit. @throws what the job throws, else Conv3nError `database_overloaded`, `database_closed`, `database_full`, `database_io`
   */
  write<T>(job: (transaction: SqliteTransaction) => T): Promise<T>;
  /** Runs a query on committed data, now. Not callable inside a job: use the job's transaction there. */
  read<T>(query: (reader: SqliteReader) => T): T;
  /** Calls `listener` once after each commit, before the promises of its jobs settle. It must not throw. */
  afterCommit(listener: () => void): Disposer;
  /** Copies the database into a new file while it is in use. */
  backup(file: string, options?: BackupOptions): Promise<void>;
  /** Moves the log into the database file and empties it. */
  checkpoint(): void;
  size(): SqliteSize;
  /** Refuses new writes, commits what is queued, waits for backups, closes. Idempotent. */
  close(): Promise<void>;
}

let memoryDatabases = 0;

/**
 * Opens the file, takes its lock and migrates it.
 *
 * @throws Conv3nError `database_locked`, `database_not_writable`, `database_corrupt`, `database_newer`, `migration_failed`
 */
export function openSqlite(options: SqliteOptions): SqliteDatabase {
  const resolved = resolveSqliteOptions(options);
  const release = claimPath(resolved.path);
  let connection: DatabaseSync | undefined;
  try {
    connection = openFile(resolved);
    migrate(connection, resolved.migrations, resolved.path);
    return new OpenDatabase(connection, resolved, release);
  } catch (error) {
    if (connection?.isOpen) connection.close();
    release();
    throw fromSqliteError(error, resolved.path);
  }
}

class OpenDatabase implements SqliteDatabase {
  readonly backend: string;
  readonly #connection: DatabaseSync;
  readonly #path: string;
  readonly #queue: WriteQueue;
  readonly #reader: SqliteReader;
  readonly #backups = new Set<Promise<void>>();
  readonly #release: () => void;
  #closed: Promise<void> | undefined;

  constructor(connection: DatabaseSync, options: ResolvedSqliteOptions, release: () => void) {
    this.#connection = connection;
    this.#path = options.path;
    this.#release = release;
    this.backend = options.path === ':memory:' ? `sqlite::memory:${++memoryDatabases}` : `sqlite:${options.path}`;
    this.#queue = new WriteQueue(connection, new StatementCache(connection), options);
    const readStatements = new StatementCache(connection);
    this.#reader = {
      prepare(sql) {
        if (!readsOnly.test(sql)) throw misuse(`A read was given a statement that may write: ${sql.slice(0, 60)}.`);
        return readStatements.prepare(sql) as Statement;
      },
    };
  }

  write<T>(job: (transaction: SqliteTransaction) => T): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closedError());
    return this.#queue.push(job);
  }

  read<T>(query: (reader: SqliteReader) => T): T {
    if (!this.#connection.isOpen) throw this.#closedError();
    if (this.#queue.running) throw misuse('A read ran inside a write job. Read through the job transaction.');
    try {
      return query(this.#reader);
    } catch (error) {
      throw fromSqliteError(error, this.#path);
    }
  }

  afterCommit(listener: () => void): Disposer {
    return this.#queue.afterCommit(listener);
  }

  async backup(file: string, options: BackupOptions = {}): Promise<void> {
    if (this.#closed) throw this.#closedError();
    const running = backupFile(this.#connection, file, options);
    this.#backups.add(running);
    try {
      await running;
    } finally {
      this.#backups.delete(running);
    }
  }

  checkpoint(): void {
    if (!this.#connection.isOpen) throw this.#closedError();
    try {
      this.#connection.exec('pragma wal_checkpoint(truncate)');
    } catch (error) {
      throw fromSqliteError(error, this.#path);
    }
  }

  size(): SqliteSize {
    const pragma = (name: string) => this.read((reader) => Number(reader.prepare(`pragma ${name}`).get()?.[name]));
    const pageSize = pragma('page_size');
    const log = `${this.#path}-wal`;
    return {
      bytes: pragma('page_count') * pageSize,
      freeBytes: pragma('freelist_count') * pageSize,
      logBytes: existsSync(log) ? statSync(log).size : 0,
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      this.#queue.drain();
      await Promise.allSettled(this.#backups);
      this.#connection.close();
    } finally {
      this.#release();
    }
  }

  #closedError() {
    return sqliteErrors.error('database_closed', `Database ${this.#path} is closed. Open it again to use it.`);
  }
}

const readsOnly = /^\s*(select|with|values|explain|pragma \w+$)/i;

function misuse(message: string) {
  return sqliteErrors.error('database_misuse', message);
}
