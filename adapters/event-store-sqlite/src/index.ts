export { eventStoreMigrations } from './migrations.ts';
export { checkpointMigrations, sqliteCheckpoints } from './sqlite-checkpoints.ts';
export { type SqliteEventStoreOptions, sqliteEventStore } from './sqlite-event-store.ts';
