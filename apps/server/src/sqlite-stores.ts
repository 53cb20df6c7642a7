import { fileBlobStore } from '@conv3n/blobs-files';
import { eventStoreMigrations, sqliteEventStore } from '@conv3n/event-store-sqlite';
import { executionIndexMigrations, sqliteExecutionIndex } from '@conv3n/execution-index-sqlite';
import type { Platform } from '@conv3n/platform';
import { openSqlite, type SqliteDatabase } from '@conv3n/sqlite';
import { sqliteStorage, storageMigrations } from '@conv3n/storage-sqlite';
import type { DataDir } from './data-dir.ts';
import type { Config } from './settings.ts';
import type { Stores } from './stores.ts';

/** Stores on one SQLite file and a folder of blobs. @throws Conv3nError the codes of `openSqlite` */
export async function sqliteStores(
  platform: Platform,
  config: Pick<Config, 'flush'>,
  paths: DataDir,
): Promise<Stores & { readonly database: SqliteDatabase }> {
  const database = openSqlite({
    path: paths.database,
    flush: config.flush,
    migrations: [eventStoreMigrations, storageMigrations, executionIndexMigrations],
  });
  const events = sqliteEventStore({ database, clock: platform.clock });
  const storage = sqliteStorage({ database, clock: platform.clock });
  return {
    events,
    storage,
    index: sqliteExecutionIndex(database),
    blobs: fileBlobStore({ directory: paths.blobs }),
    database,
    async close() {
      await storage.close();
      await events.close();
      await database.close();
    },
  };
}
