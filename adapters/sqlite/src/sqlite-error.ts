import { type Conv3nError, isConv3nError, isRecord } from '@conv3n/platform';
import { sqliteErrors } from './errors.ts';

/** The primary result codes that have a meaning of their own here. Source: https://sqlite.org/rescode.html */
const byResultCode = {
  5: ['database_locked', 'is locked by another process. Stop it, or choose another file'],
  6: ['database_locked', 'is locked by another statement'],
  7: ['database_io', 'could not be used because memory ran out'],
  8: ['database_not_writable', 'cannot be written. Check the permissions of the file and its directory'],
  10: ['database_io', 'could not be read or written. Check the disk'],
  11: ['database_corrupt', 'is damaged. Restore a backup'],
  13: ['database_full', 'cannot grow: the disk is full. Free space and try again'],
  14: ['database_not_writable', 'cannot be opened. Check that its directory exists and can be written'],
  19: ['constraint_failed', 'refused a row that violates a constraint'],
  26: ['database_corrupt', 'is not a SQLite database. Check the path or restore a backup'],
} as const;

/** The extended result code of an error from `node:sqlite`; undefined for anything else. */
export function sqliteResultCode(error: unknown): number | undefined {
  if (!isRecord(error) || error['code'] !== 'ERR_SQLITE_ERROR') return undefined;
  return typeof error['errcode'] === 'number' ? error['errcode'] : undefined;
}

/** True for an error of SQLite that comes from disk, lock or damage, not from the statement. */
export function isMachineFault(error: unknown): boolean {
  const primary = (sqliteResultCode(error) ?? 0) & 0xff;
  return primary !== 19 && primary in byResultCode;
}

/** Errors of the operating system that mean the file is not ours to write. */
const notWritable: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOTDIR', 'ENOENT']);

/** An error of SQLite or the file system as an error of this package that names `file`; anything else unchanged. */
export function fromSqliteError(error: unknown, file: string): unknown {
  if (isConv3nError(error)) return error;
  if (isRecord(error) && notWritable.has(error['code'])) {
    return sqliteErrors.error(
      'database_not_writable',
      `Database ${file} cannot be used: ${(error as unknown as Error).message}.`,
      {
        cause: error,
        details: { file },
      },
    );
  }
  const resultCode = sqliteResultCode(error);
  if (resultCode === undefined) return error;
  return describe(error as Error, resultCode, file);
}

function describe(error: Error, resultCode: number, file: string): Conv3nError {
  const details = { file, result_code: resultCode };
  const known = byResultCode[(resultCode & 0xff) as keyof typeof byResultCode];
  if (!known) {
    return sqliteErrors.error('database_error', `Database ${file}: ${error.message}.`, { cause: error, details });
  }
  const [code, what] = known;
  return sqliteErrors.error(code, `Database ${file} ${what} (SQLite: ${error.message}).`, { cause: error, details });
}
