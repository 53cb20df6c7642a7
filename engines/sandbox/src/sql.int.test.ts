import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import type { SqlRequest } from './sql.ts';

let sandbox: Sandbox;
let folder: string;
let file: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'conv3n-sql-')));
  file = join(folder, 'data.db');
  sandbox = createSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const run = (sql: string, rest: Partial<SqlRequest> = {}) => sandbox.runSql({ file, readOnly: false, sql, ...rest });
const bomb = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c';

it('creates, changes and reads a database with bound parameters', async () => {
  await run('create table t (id integer primary key, name text)');
  const params = { id: 9007199254740993n, name: 'b' };
  expect(await run('insert into t (name) values (?)', { params: [true] })).toEqual({
    kind: 'succeeded',
    data: { changes: 1, lastInsertRowid: 1 },
  });
  expect(await run('insert into t values (:id, :name)', { params })).toMatchObject({
    data: { lastInsertRowid: '9007199254740993' },
  });
  expect(await run('select * from t order by id', { readOnly: true })).toMatchObject({
    data: {
      rows: [
        { id: 1, name: '1' },
        { id: '9007199254740993', name: 'b' },
      ],
      rowCount: 2,
    },
  });
});

it('refuses to write through a read-only request', async () => {
  expect(await run('create table u (a)', { readOnly: true })).toMatchObject({ error: { code: 'sql_error' } });
});

it('refuses a file that is reached through a link', async () => {
  symlinkSync(file, join(folder, 'link.db'));
  expect(await run('select 1', { file: join(folder, 'link.db') })).toMatchObject({
    error: { code: 'sql_path_changed' },
  });
});

it('kills a statement that does not end and says that a write may have happened', async () => {
  const [reading, writing] = await Promise.all([
    run(bomb, { timeoutMs: 300, readOnly: true }),
    run(bomb, { timeoutMs: 300 }),
  ]);
  expect(reading).toMatchObject({ error: { code: 'sql_timeout', retryable: false } });
  expect(writing).toMatchObject({ error: { code: 'sql_timeout', details: { outcomeUnknown: true } } });
  expect(await run('select 1 as a')).toMatchObject({ data: { rows: [{ a: 1 }] } });
});

it('rolls back a killed write', async () => {
  await run('create table big (a)');
  const insert = `insert into big ${bomb.replace('count(*)', 'x')}`;
  expect(await run(insert, { timeoutMs: 500 })).toMatchObject({ error: { code: 'sql_timeout' } });
  expect(await run('select count(*) as n from big')).toMatchObject({ data: { rows: [{ n: 0 }] } });
});

it('ends an aborted statement', async () => {
  const controller = new AbortController();
  const call = run(bomb, { signal: controller.signal, timeoutMs: 60_000, readOnly: true });
  setTimeout(() => controller.abort(), 200);
  expect(await call).toMatchObject({ error: { code: 'sandbox_aborted' } });
});
