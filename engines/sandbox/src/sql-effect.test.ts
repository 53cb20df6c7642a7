import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isReadOnlySql } from './sql-effect.ts';

it.each([
  'select 1',
  '  SELECT * from t',
  '-- insert\nselect 1',
  '/* delete */ values (1)',
  'explain query plan select 1',
  'with a as (select 1), b(x) as (values (1)) select * from a',
  'with recursive "insert" as (select 1) select 1',
  "with [update] as (select 'delete') select 1",
])('takes %j for reading', (sql) => {
  expect(isReadOnlySql(sql)).toBe(true);
});

it.each([
  '',
  'insert into t values (1)',
  'with a as (select 1) insert into t select * from a',
  'with a as (select 1) delete from t',
  'with a as (select 1)',
  'update t set a = 1',
  'pragma user_version = 1',
  'create table t (a)',
  'vacuum',
  '/* select',
])('takes %j for writing', (sql) => {
  expect(isReadOnlySql(sql)).toBe(false);
});

it('never takes a statement that begins with a writing word for reading', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('insert', 'delete', 'update', 'replace', 'drop', 'alter'),
      fc.string(),
      (word, rest) => {
        expect(isReadOnlySql(`${word} ${rest} select 1`)).toBe(false);
      },
    ),
  );
});
