import type { MigrationSet } from '@conv3n/sqlite';

/** The table of this package; pass it to `openSqlite`. */
export const storageMigrations: MigrationSet = {
  name: 'storage',
  migrations: [
    `create table storage (
       namespace text not null,
       key blob not null,
       revision integer not null,
       expires_at integer,
       value text not null,
       primary key (namespace, key)
     ) strict;
     create index storage_expiry on storage (expires_at) where expires_at is not null;`,
  ],
};
