export { sqliteAtomicWrite } from './atomic-write.ts';
export type { BackupOptions } from './backup-file.ts';
export { openSqlite, type SqliteDatabase, type SqliteSize } from './database.ts';
export { sqliteErrors } from './errors.ts';
export type { MigrationSet } from './migrations.ts';
export type { SqliteOptions } from './options.ts';
export { sqliteResultCode } from './sqlite-error.ts';
export type { SqliteReader, SqliteTransaction, SqlRow, SqlValue, Statement } from './transaction.ts';
