export { eventStoreMigrations } from './migrations.ts';
export { type SqliteEventStoreOptions, sqliteEventStore } from './sqlite-event-store.ts';
