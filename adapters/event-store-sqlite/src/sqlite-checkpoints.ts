import type { CheckpointStore, ParkedEvent } from '@conv3n/potter';
import { type MigrationSet, type SqliteDatabase, sqliteAtomicWrite } from '@conv3n/sqlite';

/** The tables of projection checkpoints and parked events. */
export const checkpointMigrations: MigrationSet = {
  name: 'checkpoints',
  migrations: [
    `
    create table projection_checkpoint (projection text primary key, position integer not null) strict, without rowid;
    create table projection_parked (
      projection text not null,
      position integer not null,
      stream text not null,
      type text not null,
      error text not null,
      time integer not null,
      primary key (projection, position)
    ) strict, without rowid;
    `,
  ],
};

const save = 'insert or replace into projection_checkpoint (projection, position) values (?, ?)';
const park =
  'insert or replace into projection_parked (projection, position, stream, type, error, time) values (?, ?, ?, ?, ?, ?)';
const parked = 'select * from projection_parked where projection = ? order by position limit ?';

/** Checkpoints on SQLite, for read models in the same database. */
export function sqliteCheckpoints(database: SqliteDatabase): CheckpointStore {
  return {
    backend: database.backend,
    load: async (projection) =>
      database.read((reader) => {
        const row = reader.prepare('select position from projection_checkpoint where projection = ?').get(projection);
        return (row?.['position'] as number | undefined) ?? 0;
      }),
    save: (projection, position) => sqliteAtomicWrite(database, (tx) => tx.prepare(save).run(projection, position)),
    park: (event) =>
      sqliteAtomicWrite(database, (tx) =>
        tx.prepare(park).run(event.projection, event.position, event.stream, event.type, event.error, event.time),
      ),
    parked: async (projection, limit) =>
      database.read((reader) =>
        reader
          .prepare(parked)
          .all(projection, limit)
          .map((row) => ({ ...row }) as unknown as ParkedEvent),
      ),
    clear: (projection) =>
      sqliteAtomicWrite(database, (tx) => {
        tx.prepare('delete from projection_checkpoint where projection = ?').run(projection);
        tx.prepare('delete from projection_parked where projection = ?').run(projection);
      }),
  };
}
