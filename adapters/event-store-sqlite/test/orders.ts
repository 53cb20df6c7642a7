import { type Projection, ProjectionRunner } from '@conv3n/potter';
import { openSqlite, type SqliteDatabase, sqliteAtomicWrite } from '@conv3n/sqlite';
import { checkpointMigrations, eventStoreMigrations, sqliteCheckpoints, sqliteEventStore } from '../src/index.ts';

const clock = { now: Date.now, monotonic: () => performance.now() };

/** A store of orders with a read model that counts events per stream: correct only when each event is taken exactly once. */
export function openOrders(path: string) {
  const database = openSqlite({
    path,
    migrations: [
      eventStoreMigrations,
      checkpointMigrations,
      {
        name: 'orders',
        migrations: ['create table order_count (stream text primary key, events integer not null) strict'],
      },
    ],
  });
  const store = sqliteEventStore({ database, clock });
  const runner = new ProjectionRunner({
    store,
    checkpoints: sqliteCheckpoints(database),
    projection: countEvents(database),
    clock,
    timers: { after: (ms, run) => clearTimeout.bind(undefined, setTimeout(run, ms)) },
    log: { write: () => {}, with: (): never => expectNoChild() },
    batchSize: 64,
  });
  return { database, store, runner };
}

function countEvents(database: SqliteDatabase): Projection {
  const count = `insert into order_count (stream, events) values (?, 1) on conflict (stream) do update set events = events + 1`;
  return {
    name: 'order-count',
    apply: ({ stream }) => [sqliteAtomicWrite(database, (tx) => tx.prepare(count).run(stream))],
  };
}

function expectNoChild(): never {
  throw new Error('The runner made a child log.');
}
