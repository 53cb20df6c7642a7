import { isConv3nError, type JsonValue } from '@conv3n/platform';
import { expect, test } from 'vitest';
import { compileValue } from './value.ts';

const scope = { roots: { $input: { n: 5, list: [1, 2] }, $vars: {} }, now: 0, random: () => 0 };

test('Texts anywhere inside are templates; everything else stays.', () => {
  const value = compileValue({
    total: '{{ $input.n * 2 }}',
    label: 'n is {{ $input.n }}',
    nested: [{ list: '{{ $input.list }}' }, 1, null, true, 'plain'],
    '{{ key }}': 'kept',
  });
  expect(value.isConstant).toBe(false);
  expect(value.value).toBeUndefined();
  expect(value.evaluate(scope)).toEqual({
    total: 10,
    label: 'n is 5',
    nested: [{ list: [1, 2] }, 1, null, true, 'plain'],
    '{{ key }}': 'kept',
  });
});

test('A field whose expression is undefined is left out, an element becomes null, NaN becomes null.', () => {
  const value = compileValue({ gone: '{{ $input.missing }}', list: ['{{ $input.missing }}'], nan: '{{ 0 / 0 }}' });
  expect(value.evaluate(scope)).toStrictEqual({ list: [null], nan: null });
  expect(compileValue('{{ $input.missing }}').evaluate(scope)).toBeUndefined();
});

test('A value without expressions is constant, built once and frozen.', () => {
  const source = { a: ['x', { b: 1 }], toString: 'y', escaped: '\\{{ a }}' };
  const value = compileValue(source);
  expect(value).toMatchObject({ isConstant: true, references: [] });
  expect(value.value).toEqual({ a: ['x', { b: 1 }], toString: 'y', escaped: '{{ a }}' });
  expect(value.evaluate(scope)).toBe(value.value);
  expect(value.value).not.toBe(source);
  expect(Object.isFrozen((value.value as { a: JsonValue[] }).a[1])).toBe(true);
});

test('References carry the path of the template they stand in.', () => {
  const { references } = compileValue({ a: ['x', 'y {{ $input.n }} {{ $vars.k.z }}'], b: '{{ $input }}' });
  expect(references.map(({ root, path, at }) => ({ root, path, at }))).toEqual([
    { root: '$input', path: ['n'], at: ['a', 1] },
    { root: '$vars', path: ['k', 'z'], at: ['a', 1] },
    { root: '$input', path: [], at: ['b'] },
  ]);
});

test('Errors of compiling and of running name the path and keep their position.', () => {
  const failure = (run: () => unknown) => {
    try {
      run();
    } catch (thrown) {
      if (isConv3nError(thrown)) return { code: thrown.code, message: thrown.message, details: thrown.details };
    }
    throw new Error('It did not fail.');
  };
  expect(failure(() => compileValue({ a: [{ b: 'x {{ 1 + }}' }] }))).toMatchObject({
    code: 'expression_syntax',
    message: expect.stringMatching(/^a\.0\.b: /),
    details: { at: ['a', 0, 'b'], position: 9 },
  });
  expect(failure(() => compileValue({ a: '{{ $vars.x.y }}' }).evaluate(scope))).toMatchObject({
    code: 'expression_null_access',
    details: { at: ['a'], position: 3 },
  });
  expect(failure(() => compileValue(JSON.parse('{"a": {"__proto__": 1}}')))).toMatchObject({
    code: 'expression_forbidden',
    details: { at: ['a', '__proto__'] },
  });
  const deep = JSON.parse('['.repeat(400) + ']'.repeat(400)) as JsonValue;
  expect(failure(() => compileValue(deep))).toMatchObject({ code: 'expression_limit' });
});

test('All templates of one value share one budget.', () => {
  const value = compileValue(['{{ $input.list.map(x => x) }}', '{{ $input.list.map(x => x) }}'], {
    limits: { maxSteps: 20 },
  });
  expect(() => value.evaluate(scope)).toThrow(/too many steps/);
  expect(compileValue(['{{ $input.list.map(x => x) }}'], { limits: { maxSteps: 20 } }).evaluate(scope)).toEqual([
    [1, 2],
  ]);
});
