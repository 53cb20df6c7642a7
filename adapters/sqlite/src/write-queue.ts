import type { DatabaseSync } from 'node:sqlite';
import type { Disposer } from '@conv3n/platform';
import { sqliteErrors } from './errors.ts';
import type { ResolvedSqliteOptions } from './options.ts';
import { fromSqliteError } from './sqlite-error.ts';
import type { StatementCache } from './statement-cache.ts';
import type { SqliteTransaction, Statement } from './transaction.ts';

interface Job {
  readonly run: (transaction: SqliteTransaction) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  result: unknown;
  failed: boolean;
}

/**
 * Group commit: the jobs of one event-loop turn run in one transaction, in the order they were queued.
 *
 * I1 A job's promise settles after the commit that holds its writes; a rejected job left nothing.
 * I2 A job that throws undoes itself only; a commit that fails undoes and rejects the whole group.
 * I3 A transaction never outlives one call of `#runGroup`, so reads between turns see committed data only.
 * I4 What a job reported with `onUndo` runs newest first, before its promise rejects.
 */
export class WriteQueue {
  readonly #database: DatabaseSync;
  readonly #options: ResolvedSqliteOptions;
  readonly #transaction: SqliteTransaction;
  readonly #statement: (sql: string) => Statement;
  readonly #listeners = new Set<() => void>();
  #queue: Job[] = [];
  #undo: (() => void)[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #running = false;

  constructor(database: DatabaseSync, statements: StatementCache, options: ResolvedSqliteOptions) {
    this.#database = database;
    this.#options = options;
    this.#statement = (sql) => statements.prepare(sql) as Statement;
    this.#transaction = {
      prepare: this.#statement,
      exec: (sql) => database.exec(sql),
      onUndo: (listener) => {
        this.#undo.push(listener);
      },
    };
  }

  /** True while jobs run, when the connection shows uncommitted data. */
  get running(): boolean {
    return this.#running;
  }

  push<T>(run: (transaction: SqliteTransaction) => T): Promise<T> {
    if (this.#queue.length >= this.#options.maxQueued) {
      return Promise.reject(
        sqliteErrors.error(
          'database_overloaded',
          `${this.#options.maxQueued} writes are waiting for database ${this.#options.path}. Try again later.`,
        ),
      );
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject, result: undefined, failed: false });
      this.#schedule();
    });
  }

  /** Called once after each commit, before the promises of its jobs settle; must not throw. */
  afterCommit(listener: () => void): Disposer {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Runs everything queued, now. */
  drain(): void {
    while (this.#queue.length > 0) this.#runGroup();
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
  }

  /** `setImmediate` runs after the I/O callbacks of a turn, so what several connections ask for shares one flush. */
  #schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#runGroup();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #runGroup(): void {
    const { maxGroupSize } = this.#options;
    const whole = this.#queue.length <= maxGroupSize;
    const group = whole ? this.#queue : this.#queue.slice(0, maxGroupSize);
    this.#queue = whole ? [] : this.#queue.slice(maxGroupSize);
    if (group.length === 0) return;
    this.#undo = [];
    this.#running = true;
    try {
      this.#statement('begin immediate').run();
      for (const job of group) this.#runJob(job, group.length === 1);
      this.#finish(group);
    } catch (error) {
      this.#abandon(group, fromSqliteError(error, this.#options.path));
      return;
    } finally {
      this.#running = false;
    }
    for (const job of group) if (!job.failed) job.resolve(job.result);
  }

  /** A group of one needs no savepoint: undoing the job is undoing the transaction. */
  #runJob(job: Job, alone: boolean): void {
    const undoFrom = this.#undo.length;
    if (!alone) this.#statement('savepoint job').run();
    try {
      job.result = job.run(this.#transaction);
      if (job.result instanceof Promise) throw asynchronousJob();
      if (!this.#database.isTransaction) throw endedTransaction();
    } catch (error) {
      // Some failures (full disk, I/O) make SQLite roll back everything; then no job of the group can be kept.
      if (!this.#database.isTransaction) throw error;
      if (!alone) this.#statement('rollback to job').run();
      else this.#database.exec('rollback');
      this.#undoBackTo(undoFrom);
      job.failed = true;
      job.reject(fromSqliteError(error, this.#options.path));
    }
    if (!alone) this.#statement('release job').run();
  }

  #finish(group: readonly Job[]): void {
    if (!this.#database.isTransaction) return;
    if (group.every((job) => job.failed)) {
      this.#database.exec('rollback');
      return;
    }
    this.#statement('commit').run();
    this.#running = false;
    for (const listener of this.#listeners) notify(listener);
  }

  #abandon(group: readonly Job[], error: unknown): void {
    if (this.#database.isTransaction) this.#database.exec('rollback');
    this.#undoBackTo(0);
    for (const job of group) if (!job.failed) job.reject(error);
  }

  #undoBackTo(length: number): void {
    while (this.#undo.length > length) this.#undo.pop()?.();
  }
}

/** The commit stands whatever a listener does, so its error belongs to nobody's promise: it surfaces as uncaught. */
function notify(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function endedTransaction() {
  return sqliteErrors.error('database_misuse', 'A write job ended the transaction that it shares with other jobs.');
}

function asynchronousJob() {
  return sqliteErrors.error(
    'database_misuse',
    'A write job returned a promise. Jobs are synchronous: prepare everything first, then write.',
  );
}
