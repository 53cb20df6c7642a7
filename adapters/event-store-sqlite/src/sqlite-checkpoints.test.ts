import { checkpointStoreContract } from '@conv3n/potter/testing';
import { openSqlite } from '@conv3n/sqlite';
import { checkpointMigrations, sqliteCheckpoints } from './sqlite-checkpoints.ts';

checkpointStoreContract('checkpoints on SQLite', async () => {
  const database = openSqlite({ path: ':memory:', migrations: [checkpointMigrations] });
  return {
    checkpoints: sqliteCheckpoints(database),
    commit: (writes) =>
      database.write((tx) => {
        for (const write of writes) write.apply(tx);
      }),
    dispose: () => database.close(),
  };
});
