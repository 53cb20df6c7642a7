import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frozenJson } from './frozen-json.ts';

it('copies any JSON value unchanged and freezes every level', () => {
  const frozenThroughout = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(frozenThroughout));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = frozenJson(value);
      expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      expect(frozenThroughout(copy)).toBe(true);
    }),
  );
});

it('leaves out undefined properties and keeps a "__proto__" key as data', () => {
  const given = JSON.parse('{"__proto__": {"admin": true}, "a": 1}') as Record<string, unknown>;
  given['b'] = undefined;
  const copy = frozenJson(given) as Record<string, unknown>;
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true},"a":1}');
  expect(copy['admin']).toBeUndefined();
});

it.each([
  ['a.b[1]', { a: { b: [1, new Date()] } }],
  ['f', { f: () => 1 }],
  ['n', { n: Number.NaN }],
  ['big', { big: 1n }],
  ['[0]', [undefined]],
  ['m', { m: new Map() }],
])('refuses what JSON cannot carry and names its path %s', (path, value) => {
  expect(() => frozenJson(value)).toThrow(
    expect.objectContaining({ code: 'value_not_json', message: expect.stringContaining(`"${path}"`) }),
  );
});

it('refuses a circle instead of running for ever', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  expect(() => frozenJson(loop)).toThrow(expect.objectContaining({ code: 'value_not_json' }));
});
