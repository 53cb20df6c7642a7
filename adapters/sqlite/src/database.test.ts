import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type SqliteDatabase } from './database.ts';
import type { MigrationSet } from './migrations.ts';

const items = { name: 'items', migrations: ['create table item (id integer primary key, name text)'] };

let directory: string;
let path: string;
const opened: SqliteDatabase[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'conv3n-sqlite-'));
  path = join(directory, 'test.db');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  rmSync(directory, { recursive: true });
});

function open(migrations: readonly MigrationSet[] = [items], file = path): SqliteDatabase {
  const database = openSqlite({ path: file, migrations, busyTimeoutMs: 0 });
  opened.push(database);
  return database;
}
const fill = (database: SqliteDatabase, rows: number) =>
  database.write((tx) => {
    for (let i = 0; i < rows; i++) tx.prepare('insert into item (name) values (?)').run('x'.repeat(500));
  });
const count = (database: SqliteDatabase) =>
  database.read((reader) => reader.prepare('select count(*) as n from item').get()?.['n']);
const refusal = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

describe('migrations', () => {
  const second = 'alter table item add column size integer';

  test('only what is missing is applied', async () => {
    const first = open();
    await fill(first, 1);
    await first.close();
    const database = open([{ ...items, migrations: [...items.migrations, second] }]);
    expect(database.read((reader) => reader.prepare('select size from item').get())).toEqual({ size: null });
  });

  test('a newer database is refused and left as it is', async () => {
    await open([{ ...items, migrations: [...items.migrations, second] }]).close();
    expect(() => open()).toThrow(refusal('database_newer', 'version 2 of "items"'));
    await open([{ ...items, migrations: [...items.migrations, second] }]).close();
  });

  test('a failing migration is rolled back whole, names itself and releases the file', async () => {
    const broken = [...items.migrations, `${second}; insert into nowhere values (1)`];
    expect(() => open([{ ...items, migrations: broken }])).toThrow(
      refusal('migration_failed', 'Migration 2 of "items"'),
    );
    const database = open([{ ...items, migrations: [...items.migrations, second] }]);
    expect(database.read((reader) => reader.prepare('select size from item').all())).toEqual([]);
  });

  test('sets are independent, and one the program does not know is left alone', async () => {
    const other = { name: 'other', migrations: ['create table other (id integer primary key)'] };
    await open([items, other]).close();
    expect(count(open([items]))).toBe(0);
  });

  test('two sets of one name are refused', () => {
    expect(() => open([items, items])).toThrow(refusal('database_misuse', 'items'));
  });
});

describe('the file', () => {
  test('committed rows are there after a clean end', async () => {
    const first = open();
    await fill(first, 10);
    expect(first.backend).toBe(`sqlite:${path}`);
    await first.close();
    expect(count(open())).toBe(10);
  });

  test('a second opening in the same process is refused without harming the first', async () => {
    const first = open();
    expect(() => open()).toThrow(refusal('database_locked', path));
    await fill(first, 1);
    expect(count(first)).toBe(1);
  });

  test('a file that is no database is refused and not touched', () => {
    writeFileSync(path, 'this is a letter, not a database. '.repeat(100));
    expect(() => open()).toThrow(refusal('database_corrupt', path));
    expect(readFileSync(path, 'utf8')).toMatch(/^this is a letter/);
  });

  test('a truncated file is refused', async () => {
    const database = open();
    await fill(database, 1000);
    await database.close();
    truncateSync(path, readFileSync(path).length - 8192);
    expect(() => open()).toThrow(refusal('database_corrupt', 'bytes'));
  });

  test('a damaged page found after an unclean end is refused', async () => {
    const database = open();
    await fill(database, 1000);
    await database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096 * 3, 4096 * 6);
    writeFileSync(path, bytes);
    appendFileSync(`${path}-wal`, Buffer.alloc(100, 1));
    expect(() => open()).toThrow(refusal('database_corrupt', path));
  });

  test('a place that cannot be written is refused with its name', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => open([items], join(directory, 'file', 'test.db'))).toThrow(
      refusal('database_not_writable', 'test.db'),
    );
    expect(() => open([items], join(directory, 'absent', 'test.db'))).toThrow(
      refusal('database_not_writable', 'test.db'),
    );
    expect(() => open([items], directory)).toThrow(refusal('database_not_writable', directory));
  });

  test('a checkpoint empties the log and the size tells both', async () => {
    const database = open();
    await fill(database, 100);
    expect(database.size().logBytes).toBeGreaterThan(0);
    database.checkpoint();
    expect(database.size()).toMatchObject({ logBytes: 0, freeBytes: 0 });
    expect(database.size().bytes).toBe(readFileSync(path).length);
  });

  test('options out of range are refused', () => {
    expect(() => openSqlite({ path: ':memory:', migrations: [], cacheKiB: 100_000 })).toThrow(
      refusal('database_misuse', 'cacheKiB'),
    );
  });
});

describe('backup', () => {
  test('copies a database in use, with writes made meanwhile never half there', async () => {
    const database = open();
    await fill(database, 20_000);
    const target = join(directory, 'copy.db');
    const copying = database.backup(target, { pagesPerStep: 64 });
    for (let i = 0; i < 20; i++) await fill(database, 10);
    await copying;
    const copied = count(open([items], target)) as number;
    expect(copied).toBeGreaterThanOrEqual(20_000);
    expect(copied % 10).toBe(0);
  });

  test('an existing target is refused, and an aborted backup leaves no file', async () => {
    const database = open();
    await fill(database, 20_000);
    await expect(database.backup(path)).rejects.toMatchObject({ code: 'database_misuse' });
    const target = join(directory, 'copy.db');
    const stopped = database.backup(target, { pagesPerStep: 1, signal: AbortSignal.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
    expect(() => readFileSync(target)).toThrow('ENOENT');
    expect(() => readFileSync(`${target}.partial`)).toThrow('ENOENT');
  });

  test('closing waits for a running backup', async () => {
    const database = open();
    await fill(database, 5000);
    const target = join(directory, 'copy.db');
    const copying = database.backup(target, { pagesPerStep: 16 });
    await database.close();
    await copying;
    expect(count(open([items], target))).toBe(5000);
  });
});
