import type { MigrationSet } from '@conv3n/sqlite';

/**
 * Ids are the 16 bytes of the UUIDv7, so the table is in order of creation. Status and trigger are numbers; those below 4 are
 * open, and the partial index holds only the open ones, so that recovery and counting never read history.
 */
export const executionIndexMigrations: MigrationSet = {
  name: 'execution-index',
  migrations: [
    `create table execution (
      id blob primary key,
      workflow text,
      version integer,
      name text not null,
      status integer not null,
      trigger integer not null,
      created integer not null,
      started integer,
      finished integer,
      error text
    ) strict, without rowid;
    create index execution_by_workflow on execution (workflow, id) where workflow is not null;
    create index execution_open on execution (id) where status < 4;`,
  ],
};
