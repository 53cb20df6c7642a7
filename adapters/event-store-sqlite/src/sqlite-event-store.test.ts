import { eventStoreContract } from '@conv3n/potter/testing';
import { openSqlite, sqliteAtomicWrite } from '@conv3n/sqlite';
import { eventStoreMigrations } from './migrations.ts';
import { sqliteEventStore } from './sqlite-event-store.ts';

const noteMigrations = {
  name: 'notes',
  migrations: ['create table note (id integer primary key, text text not null)'],
};

eventStoreContract(
  'the store on SQLite',
  async (options) => {
    const database = openSqlite({ path: ':memory:', migrations: [eventStoreMigrations, noteMigrations] });
    const store = sqliteEventStore({ database, ...options });
    const note = (text: string, then = () => {}) =>
      sqliteAtomicWrite(database, (transaction) => {
        transaction.prepare('insert into note (text) values (?)').run(text);
        then();
      });
    return {
      store,
      note,
      noteAndThrow: (text, error) =>
        note(text, () => {
          throw error;
        }),
      notes: () =>
        database.read((reader) =>
          reader
            .prepare('select text from note order by id')
            .all()
            .map((row) => row['text'] as string),
        ),
      reopen: async (upcasters) => sqliteEventStore({ database, clock: options.clock, upcasters }),
      dispose: () => database.close(),
    };
  },
  { durable: true },
);
