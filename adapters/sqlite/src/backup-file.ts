import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import { sqliteErrors } from './errors.ts';
import { fromSqliteError } from './sqlite-error.ts';

export interface BackupOptions {
  /** Ends the backup early; the unfinished file is removed. */
  readonly signal?: AbortSignal;
  /** Pages copied between two turns of the event loop. @default 256 */
  readonly pagesPerStep?: number;
}

/**
 * Copies a live database into `file`, which appears only when it is complete and flushed. Writes go on meanwhile and are
 * in the copy. @throws Conv3nError `database_misuse` when `file` exists, `database_full`, `database_not_writable`, or the signal's reason
 */
export async function backupFile(database: DatabaseSync, file: string, options: BackupOptions): Promise<void> {
  if (existsSync(file)) {
    throw sqliteErrors.error('database_misuse', `Backup ${file} exists already. Choose another name or remove it.`);
  }
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  try {
    await backup(database, partial, {
      rate: options.pagesPerStep ?? 256,
      progress: () => options.signal?.throwIfAborted(),
    });
    options.signal?.throwIfAborted();
    flush(partial);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw fromSqliteError(error, file);
  }
}

function flush(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
