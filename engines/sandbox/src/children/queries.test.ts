import { afterEach, expect, it } from 'vitest';
import { describeQueryError, runExpression } from './jsonata-expression.ts';
import { useRecorded } from './recorded-time.ts';
import { matchRegex, type RegexCall } from './regex-operation.ts';

afterEach(() => useRecorded(undefined));
const call: RegexCall = {
  operation: 'test',
  pattern: 'a',
  flags: '',
  input: 'banana',
  replacement: 'o',
  maxMatches: 2,
};

it('gives JSON of a result and null for none', async () => {
  expect(await runExpression('a.b', '{"a":{"b":[1,2]}}')).toBe('[1,2]');
  expect(await runExpression('c', '{}')).toBe('null');
  expect(await runExpression('($x := 5; $x)', '{}')).toBe('5');
  expect(await runExpression('$x', '{}')).toBe('null');
});

it('describes what an expression throws', async () => {
  const failure = await runExpression('$error("no")', '{}').catch(describeQueryError);
  expect(failure).toMatchObject({ message: 'no', details: { jsonataCode: 'D3137' } });
  expect(describeQueryError('text')).toEqual({ message: 'text' });
  expect(describeQueryError({})).toEqual({ message: 'The expression failed.', details: {} });
});

it('tests, finds, replaces and splits', () => {
  expect(matchRegex(call)).toBe(true);
  expect(matchRegex({ ...call, operation: 'match', pattern: '(?<x>n)(z)?' })).toEqual([
    { match: 'n', index: 2, groups: ['n', undefined], named: { x: 'n' } },
    { match: 'n', index: 4, groups: ['n', undefined], named: { x: 'n' } },
  ]);
  expect(matchRegex({ ...call, operation: 'match' })).toHaveLength(2);
  expect(matchRegex({ ...call, operation: 'replace' })).toBe('bonana');
  expect(matchRegex({ ...call, operation: 'replace', flags: 'g' })).toBe('bonono');
  expect(matchRegex({ ...call, operation: 'split' })).toEqual(['b', 'n', 'n', '']);
});
