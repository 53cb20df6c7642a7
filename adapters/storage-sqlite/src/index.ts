export { type SqliteStorageOptions, sqliteStorage } from './sqlite-storage.ts';
export { storageMigrations } from './storage-migrations.ts';
