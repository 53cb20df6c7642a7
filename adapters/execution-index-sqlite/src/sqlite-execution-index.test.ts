import { openSqlite } from '@conv3n/sqlite';
import { executionIndexContract } from '@conv3n/workflow/testing';
import { executionIndexMigrations } from './migrations.ts';
import { sqliteExecutionIndex } from './sqlite-execution-index.ts';

executionIndexContract('sqlite', async () => {
  const database = openSqlite({ path: ':memory:', migrations: [executionIndexMigrations] });
  return {
    index: sqliteExecutionIndex(database),
    commit: (writes) =>
      database.write((transaction) => {
        for (const write of writes) write.apply(transaction);
      }),
    close: () => database.close(),
  };
});
