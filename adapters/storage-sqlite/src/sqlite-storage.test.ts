import { testPlatform } from '@conv3n/platform/testing';
import type { StorageOperation } from '@conv3n/runtime';
import { storageContract } from '@conv3n/runtime/testing';
import { openSqlite } from '@conv3n/sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeKey, encodeKey } from './sortable-key.ts';
import { sqliteStorage } from './sqlite-storage.ts';
import { storageMigrations } from './storage-migrations.ts';

function open() {
  const platform = testPlatform();
  const database = openSqlite({ path: ':memory:', migrations: [storageMigrations] });
  return { platform, database, storage: sqliteStorage({ database, clock: platform.clock }) };
}

storageContract('sqliteStorage', () => {
  const { platform, database, storage } = open();
  return {
    storage,
    advance: (ms) => platform.shiftWallClock(ms),
    commit: (apply) => database.write((transaction) => apply(transaction)),
    dispose: () => database.close(),
  };
});

it('keeps any key and its code-unit order in the encoding', () => {
  const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      expect(decodeKey(encodeKey(a))).toBe(a);
      expect(Buffer.compare(encodeKey(a), encodeKey(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
    { numRuns: 500 },
  );
});

it('purges expired rows a bounded number per write', async () => {
  const { platform, database, storage } = open();
  const rows = () =>
    database.read((reader) => Number(reader.prepare('select count(*) as n from storage').get()?.['n']));
  const expiring = Array.from({ length: 50 }, (_, index): StorageOperation => {
    return { kind: 'put', namespace: 'ns', key: `k${index}`, value: 1, ttlMs: 10 };
  });
  await storage.write(expiring);
  platform.shiftWallClock(1000);
  await storage.write([{ kind: 'put', namespace: 'ns', key: 'x', value: 1 }]);
  expect(rows()).toBe(50 - 32 + 1);
  await storage.write([{ kind: 'delete', namespace: 'ns', key: 'x' }]);
  expect(rows()).toBe(0);
  await database.close();
});

it('stores the value as it was when the write was asked for', async () => {
  const { database, storage } = open();
  const value = { n: 1 };
  const written = storage.write([{ kind: 'put', namespace: 'ns', key: 'a', value }]);
  value.n = 2;
  await written;
  expect((await storage.get('ns', 'a'))?.value).toEqual({ n: 1 });
  await database.close();
});
