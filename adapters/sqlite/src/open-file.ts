import { accessSync, closeSync, constants, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteErrors } from './errors.ts';
import type { ResolvedSqliteOptions } from './options.ts';
import { fromSqliteError } from './sqlite-error.ts';

/**
 * Choices made once per connection, and why.
 *
 * - `locking_mode=EXCLUSIVE`: one process owns the file from open to close. A second one fails at once instead of writing
 *   beside us, no shared memory file is needed, and every transaction saves its lock calls. The kernel drops the lock when
 *   the process dies. The price: other programs cannot look into a live database; take a backup and look into that.
 * - `journal_mode=WAL` with `synchronous=FULL`: one flush per commit. `relaxed` is `NORMAL`: a flush per checkpoint only.
 * - `temp_store=MEMORY`: the undo records of savepoints stay in memory.
 * - no `mmap`, a small page cache: the whole server idles below 110 MiB, and the operating system caches the file anyway.
 * - `wal_autocheckpoint` 2000 pages (8 MiB): long enough to gather rewrites of a page, short enough for a restart in milliseconds.
 *   `journal_size_limit` shrinks a log that one huge transaction blew up.
 */
function configure(database: DatabaseSync, options: ResolvedSqliteOptions): void {
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = ${options.flush === 'full' ? 'full' : 'normal'};
    pragma temp_store = memory;
    pragma mmap_size = 0;
    pragma cache_size = -${options.cacheKiB};
    pragma wal_autocheckpoint = 2000;
    pragma journal_size_limit = 33554432;
    begin exclusive; commit;
  `);
}

/** Below this size a whole check costs less than about 100 ms, so it is made after every unclean end. */
const checkedBytes = 64 * 1024 * 1024;

/** The writing connection: locked, configured and found sound. @throws Conv3nError `database_locked`, `database_not_writable`, `database_corrupt` */
export function openFile(options: ResolvedSqliteOptions): DatabaseSync {
  const { path } = options;
  let database: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') requireWritable(path);
    const uncleanEnd = path !== ':memory:' && inspect(path);
    database = new DatabaseSync(path, {
      enableForeignKeyConstraints: true,
      timeout: options.busyTimeoutMs,
      allowExtension: false,
    });
    configure(database, options);
    if (uncleanEnd && statSync(path).size <= checkedBytes) quickCheck(database, path);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    throw fromSqliteError(error, path);
  }
}

/** SQLite would open a read-only file and fail later with an unclear I/O error. */
function requireWritable(path: string): void {
  accessSync(dirname(path), constants.W_OK);
  if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
}

/**
 * Looks at the header before SQLite does: a database that ended cleanly must be as long as its header says, which finds a
 * truncated file without reading it. Returns true after an unclean end, when the log beside the file still holds commits;
 * then the length may lag behind the header and only a check of the recovered database can tell.
 */
function inspect(path: string): boolean {
  if (!existsSync(path) || statSync(path).size === 0) return false;
  const log = `${path}-wal`;
  if (existsSync(log) && statSync(log).size > 0) return true;
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(100);
    const read = readSync(file, header, 0, 100, 0);
    if (read < 100 || header.toString('latin1', 0, 15) !== 'SQLite format 3') {
      throw corrupt(path, 'the header is not that of a SQLite database');
    }
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const expected = header.readUInt32BE(28) * pageSize;
    const actual = fstatSync(file).size;
    if (actual < expected) throw corrupt(path, `it has ${actual} of ${expected} bytes`);
    return false;
  } finally {
    closeSync(file);
  }
}

function quickCheck(database: DatabaseSync, path: string): void {
  const finding = database.prepare('pragma quick_check(1)').get()?.['quick_check'];
  if (finding !== 'ok') throw corrupt(path, String(finding));
}

function corrupt(path: string, finding: string) {
  return sqliteErrors.error('database_corrupt', `Database ${path} is damaged: ${finding}. Restore a backup.`, {
    details: { file: path, finding },
  });
}
