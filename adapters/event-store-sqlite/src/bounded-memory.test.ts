import { openSqlite } from '@conv3n/sqlite';
import { expect, test } from 'vitest';
import { eventStoreMigrations } from './migrations.ts';
import { sqliteEventStore } from './sqlite-event-store.ts';

test('more streams and types than are held in memory still keep their versions and names', async () => {
  const database = openSqlite({ path: ':memory:', migrations: [eventStoreMigrations] });
  const store = sqliteEventStore({ database, clock: { now: () => 1, monotonic: () => 1 } });
  const streams = Array.from({ length: 9000 }, (_, n) => `s-${n}`);
  const round = (expected: 'none' | 1) =>
    Promise.all(streams.map((stream, n) => store.append(stream, expected, [{ type: `Type${n}`, data: { n } }])));
  await round('none');
  await round(1);
  await expect(store.append('s-0', 1, [{ type: 'Type0', data: {} }])).rejects.toMatchObject({
    code: 'version_conflict',
  });
  const all = [
    ...(await store.readAll({ limit: 10_000 })),
    ...(await store.readAll({ afterPosition: 10_000, limit: 10_000 })),
  ];
  expect(all).toHaveLength(18_000);
  expect(all.every(({ type, data }) => type === `Type${data['n']}`)).toBe(true);
  await store.close();
  await database.close();
});
