import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runStatement, sqlFailureOf } from './sql-statement.ts';
import { columnText, restIsEmpty } from './sql-text.ts';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'conv3n-statement-')));
  run('create table t (a, b)');
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (sql: string, head: object = {}, params: unknown = []): unknown => {
  const all = { file: join(folder, 'a.db'), readOnly: false, sql, maxRows: 5, maxBytes: 1000, ...head };
  return JSON.parse(runStatement({ head: all, body: serialize(params) }));
};
const codeOf = (sql: string, head: object = {}): string => {
  try {
    run(sql, head);
    return 'succeeded';
  } catch (cause) {
    return sqlFailureOf(cause as Error).code;
  }
};

it.each([
  ["attach ':memory:' as x", 'sql_denied'],
  ['detach main', 'sql_denied'],
  ['vacuum', 'sql_denied'],
  ["vacuum into '/tmp/x.db'", 'sql_denied'],
  ['begin', 'sql_denied'],
  ['savepoint a', 'sql_denied'],
  ["select load_extension('x')", 'sql_denied'],
  ['pragma journal_mode = wal', 'sql_denied'],
  ['pragma writable_schema = 1', 'sql_denied'],
  ["pragma temp_store_directory = '/tmp'", 'sql_denied'],
  ['create virtual table v using dbstat', 'sql_denied'],
  ["update sqlite_schema set sql = 'x'", 'sql_error'],
  ['select 1; select 2', 'sql_multiple_statements'],
  ['select from', 'sql_error'],
  ['', 'sql_error'],
  ['with recursive c(x) as (select 1 union all select x + 1 from c) select x from c', 'sql_result_too_large'],
  ["select printf('%.2000c', 'x')", 'sql_result_too_large'],
  ['pragma table_info(t)', 'succeeded'],
  ['pragma user_version', 'succeeded'],
  ['create virtual table f using fts5(a)', 'succeeded'],
])('ends %j with %s', (sql, code) => {
  expect(codeOf(sql)).toBe(code);
});

it('binds names and positions and reads every type', () => {
  run('insert into t values (?, ?)', {}, [1n, null]);
  expect(run("select :a as a, :b as b, x'01ff' as c, 9007199254740993 as d, 1.5 as e", {}, { a: 1n, b: 'x' })).toEqual({
    rows: [{ a: 1, b: 'x', c: 'Af8=', d: '9007199254740993', e: 1.5 }],
    rowCount: 1,
  });
});

it('rolls back a write whose returned rows are too many', () => {
  run('create table r (a)');
  const many =
    'insert into r with recursive c(x) as (select 1 union all select x + 1 from c limit 50) select x from c returning a';
  expect(codeOf(many)).toBe('sql_result_too_large');
  expect(run('select count(*) as n from r')).toMatchObject({ rows: [{ n: 0 }] });
});

it('refuses a path that is not the real one and makes a file in a real folder', () => {
  expect(codeOf('select 1', { file: `${folder}/../${folder.split('/').at(-1)}/a.db` })).toBe('sql_path_changed');
  expect(codeOf('create table t (a)', { file: join(folder, 'new.db') })).toBe('succeeded');
});

it('takes only white space, comments and semicolons for an empty rest', () => {
  expect(['', ' ;; ', '-- a', '/* b */;\n--c\n', '/* open'].map(restIsEmpty)).toEqual([true, true, true, true, true]);
  expect([' select', '-- a\n;x'].map(restIsEmpty)).toEqual([false, false]);
  expect(columnText(null)).toBe(null);
});
