import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type SqliteDatabase } from './database.ts';

const storm = {
  name: 'storm',
  migrations: ['create table droplet (id integer primary key, pair integer not null, filler text not null)'],
};

let directory: string;
let path: string;
const endings: (() => unknown)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'conv3n-sqlite-'));
  path = join(directory, 'test.db');
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  rmSync(directory, { recursive: true });
});

function open(file = path): SqliteDatabase {
  const database = openSqlite({ path: file, migrations: [storm], busyTimeoutMs: 100 });
  endings.push(() => database.close());
  return database;
}

function start(script: string): ChildProcess {
  const file = join(import.meta.dirname, '..', 'test', script);
  const child = spawn(process.execPath, ['--conditions=source', file, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  endings.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  return child;
}

/** Collects what the storm acknowledged, kills it after `count` ids and waits for its end. */
async function stormUntil(count: number): Promise<number[]> {
  const child = start('write-storm.ts');
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > count) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return text.slice(0, text.lastIndexOf('\n')).split('\n').map(Number);
}

const ids = (database: SqliteDatabase) =>
  database.read((reader) =>
    reader
      .prepare('select id from droplet')
      .all()
      .map((row) => row['id'] as number),
  );
const halves = (database: SqliteDatabase) =>
  database.read((reader) => reader.prepare('select pair from droplet group by pair having count(*) <> 2').all());
const insert = (database: SqliteDatabase, id: number, size = 10) =>
  database.write((tx) => tx.prepare('insert into droplet values (?, 0, ?)').run(id, 'x'.repeat(size)));
const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' });

/** A small or read-only file system, where this machine lets us mount one. */
function mounted(...options: string[]): string | undefined {
  const point = join(directory, 'mount');
  mkdirSync(point);
  try {
    mount('-t', 'tmpfs', '-o', options.join(','), 'tmpfs', point);
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return undefined;
  }
  endings.push(() => execFileSync('umount', [point]));
  return point;
}

describe('a killed process', () => {
  test.each([50, 2000, 9000])(
    'loses no acknowledged write and keeps no half job (killed after %i ids)',
    async (count) => {
      const acknowledged = await stormUntil(count);
      const database = open();
      const present = new Set(ids(database));
      expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
      expect(halves(database)).toEqual([]);
    },
  );

  test('leaves a log that may be cut anywhere: the database opens with whole jobs', async () => {
    for (const part of [0.99, 0.5, 0.1, 0]) {
      rmSync(path, { force: true });
      await stormUntil(1000);
      const log = `${path}-wal`;
      truncateSync(log, Math.floor(statSync(log).size * part));
      const database = openSqlite({ path, migrations: [storm] });
      expect(halves(database)).toEqual([]);
      await database.close();
    }
  });
});

describe('a second process', () => {
  test('is refused while the first lives and admitted after it ended', async () => {
    const holder = start('hold-open.ts');
    await once(holder.stdout as NodeJS.ReadableStream, 'data');
    expect(() => open()).toThrow(
      expect.objectContaining({ code: 'database_locked', message: expect.stringContaining(path) as string }),
    );
    holder.stdin?.end();
    await once(holder, 'exit');
    await insert(open(), 1);
  });
});

describe('the disk', () => {
  test('full: writes are refused whole, reads go on, and writing works again when there is room', async ({ skip }) => {
    const point = mounted('size=2m');
    if (!point) return skip('this machine forbids mounting a small file system');
    const ballast = join(point, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1_000_000));
    const database = open(join(point, 'test.db'));
    let written = 0;
    let refusal: unknown;
    while (!refusal) {
      await insert(database, written + 1, 20_000).then(
        () => written++,
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({ code: 'database_full', retryable: true });
    expect(written).toBeGreaterThan(5);
    expect(ids(database)).toHaveLength(written);
    rmSync(ballast);
    await insert(database, written + 1, 20_000);
    await database.close();
    expect(ids(open(join(point, 'test.db')))).toHaveLength(written + 1);
  });

  test('read-only: opening is refused, for a new and for an existing file', async ({ skip }) => {
    const point = mounted('size=4m');
    if (!point) return skip('this machine forbids mounting a read-only file system');
    const existing = open(join(point, 'old.db'));
    await existing.close();
    mount('-o', 'remount,ro', point);
    const refusal = expect.objectContaining({ code: 'database_not_writable' });
    expect(() => open(join(point, 'old.db'))).toThrow(refusal);
    expect(() => open(join(point, 'new.db'))).toThrow(refusal);
  });
});
