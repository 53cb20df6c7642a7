import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteAtomicWrite } from './atomic-write.ts';
import { openSqlite, type SqliteDatabase } from './database.ts';

const items = { name: 'items', migrations: ['create table item (id integer primary key, name text not null unique)'] };

let database: SqliteDatabase;
beforeEach(() => {
  database = openSqlite({ path: ':memory:', migrations: [items], maxGroupSize: 100, maxQueued: 150 });
});
afterEach(() => database.close());

const insert = (name: string, to = database) =>
  to.write((tx) => Number(tx.prepare('insert into item (name) values (?)').run(name).lastInsertRowid));
const names = () =>
  database.read((reader) =>
    reader
      .prepare('select name from item order by id')
      .all()
      .map((row) => row['name']),
  );
function countCommits(): () => number {
  let commits = 0;
  database.afterCommit(() => commits++);
  return () => commits;
}

describe('group commit', () => {
  test('jobs of one turn share one commit and keep their order', async () => {
    const commits = countCommits();
    const ids = await Promise.all(Array.from({ length: 100 }, (_, i) => insert(`n${i}`)));
    expect(ids).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(commits()).toBe(1);
  });

  test('a group beyond the limit is split into the next transactions', async () => {
    const commits = countCommits();
    await Promise.all(Array.from({ length: 150 }, (_, i) => insert(`n${i}`)));
    expect(commits()).toBe(2);
    expect(names()).toHaveLength(150);
  });

  test('a throwing job rejects and undoes only itself', async () => {
    const undone: string[] = [];
    const outcomes = await Promise.allSettled([
      insert('a'),
      database.write((tx) => {
        tx.onUndo(() => undone.push('first'));
        tx.prepare('insert into item (name) values (?)').run('half');
        tx.onUndo(() => undone.push('second'));
        throw new Error('stop');
      }),
      insert('b'),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(names()).toEqual(['a', 'b']);
    expect(undone).toEqual(['second', 'first']);
  });

  test('a lone throwing job leaves nothing and no commit', async () => {
    const commits = countCommits();
    const job = database.write((tx) => {
      tx.prepare('insert into item (name) values (?)').run('half');
      throw new Error('stop');
    });
    await expect(job).rejects.toThrow('stop');
    expect(names()).toEqual([]);
    expect(commits()).toBe(0);
  });

  test('a job sees what jobs before it in the group wrote', async () => {
    const [, seen] = await Promise.all([
      insert('a'),
      database.write((tx) => tx.prepare('select count(*) as n from item').get()?.['n']),
    ]);
    expect(seen).toBe(1);
  });

  test('a violated constraint has its own code', async () => {
    await insert('a');
    await expect(insert('a')).rejects.toMatchObject({ code: 'constraint_failed', kind: 'conflict' });
  });

  test('an asynchronous job is refused and undone', async () => {
    const job = database.write(async (tx) => tx.prepare('insert into item (name) values (?)').run('a'));
    await expect(job).rejects.toMatchObject({ code: 'database_misuse' });
    expect(names()).toEqual([]);
  });

  test('a job that ends the shared transaction is refused', async () => {
    await expect(database.write((tx) => tx.exec('rollback'))).rejects.toMatchObject({ code: 'database_misuse' });
    await insert('after');
    expect(names()).toEqual(['after']);
  });

  test('a commit that fails rejects the whole group, runs its undo listeners and applies nothing', async () => {
    await database.write((tx) =>
      tx.exec('create table child (item integer references item (id) deferrable initially deferred)'),
    );
    const undone: number[] = [];
    const commits = countCommits();
    const outcomes = await Promise.allSettled([
      database.write((tx) => {
        tx.onUndo(() => undone.push(1));
        tx.prepare('insert into item (name) values (?)').run('a');
      }),
      database.write((tx) => tx.prepare('insert into child values (99)').run()),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'constraint_failed' } });
    expect(undone).toEqual([1]);
    expect(commits()).toBe(0);
    expect(names()).toEqual([]);
  });

  test('a full queue refuses with database_overloaded and takes work again later', async () => {
    const accepted = Array.from({ length: 150 }, (_, i) => insert(`n${i}`));
    await expect(insert('late')).rejects.toMatchObject({ code: 'database_overloaded', retryable: true });
    await Promise.all(accepted);
    await insert('again');
    expect(names()).toHaveLength(151);
  });

  test('a full database rejects with database_full, stays readable and works again when there is room', async () => {
    await insert('a');
    const limit = (pages: number) => database.write((tx) => tx.exec(`pragma max_page_count = ${pages}`));
    await limit(1);
    const big = () => insert('x'.repeat(100_000));
    await expect(big()).rejects.toMatchObject({ code: 'database_full', retryable: true });
    expect(names()).toEqual(['a']);
    await limit(1_000_000);
    await big();
    expect(names()).toHaveLength(2);
  });

  test('listeners run before the promises settle and stop after disposal', async () => {
    const order: string[] = [];
    const dispose = database.afterCommit(() => order.push('commit'));
    await insert('a').then(() => order.push('settled'));
    dispose();
    await insert('b');
    expect(order).toEqual(['commit', 'settled']);
  });

  test('closing commits what is queued and refuses the rest', async () => {
    const queued = insert('a');
    const closing = database.close();
    await expect(insert('b')).rejects.toMatchObject({ code: 'database_closed' });
    await closing;
    await expect(queued).resolves.toBe(1);
    expect(() => names()).toThrow(expect.objectContaining({ code: 'database_closed' }));
  });
});

describe('reads', () => {
  test('more statements than are kept prepared all work', () => {
    const ask = (n: number) => database.read((reader) => reader.prepare(`select ${n} as n`).get()?.['n']);
    expect(Array.from({ length: 600 }, (_, n) => ask(n % 300))).toEqual(Array.from({ length: 600 }, (_, n) => n % 300));
  });

  test('an unknown failure of SQLite keeps its reason', () => {
    expect(() => database.read((reader) => reader.prepare('select * from nowhere').all())).toThrow(
      expect.objectContaining({ code: 'database_error', message: expect.stringContaining('nowhere') as string }),
    );
  });

  test('a read inside a job is refused because it would see uncommitted data', async () => {
    await expect(database.write(() => names())).rejects.toMatchObject({ code: 'database_misuse' });
  });

  test('a read cannot write', () => {
    expect(() => database.read((reader) => reader.prepare('delete from item').run())).toThrow(
      expect.objectContaining({ code: 'database_misuse' }),
    );
  });

  test('a listener may read what was just committed', async () => {
    let seen: unknown;
    database.afterCommit(() => {
      seen = names();
    });
    await insert('a');
    expect(seen).toEqual(['a']);
  });
});

test('an atomic write carries the name of its database and commits with another job', async () => {
  const write = sqliteAtomicWrite(database, (tx) => tx.prepare('insert into item (name) values (?)').run('extra'));
  expect(write.backend).toBe(database.backend);
  await database.write((tx) => write.apply(tx));
  expect(names()).toEqual(['extra']);
});
