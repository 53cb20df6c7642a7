import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryJsonPath } from './jsonpath.ts';
import { meteredView } from './metered-view.ts';

const store = {
  orders: [
    { id: 1, total: 50 },
    { id: 2, total: 150, tags: ['a', 'b'] },
  ],
  name: 'shop',
};

describe('queryJsonPath', () => {
  it.each([
    ['$.name', ['shop']],
    ['$.gone', []],
    ['$.orders[?@.total > 100].id', [2]],
    ['$.orders[-1].tags', [['a', 'b']]],
    ['$..id', [1, 2]],
    ['$.orders[::2].id', [1]],
    ['$.orders[?length(@.tags) == 2].id', [2]],
    ['$.orders[?count(@.*) == 2].id', [1]],
    ["$['name', 'orders'][0]", [{ id: 1, total: 50 }]],
    ['$.orders[?@.tags == ["a"]]', null],
    ['$.orders[?@.tags == $.orders[1].tags].id', [2]],
  ])('answers %s with a list', (query, expected) => {
    if (expected === null) expect(() => queryJsonPath(query, store)).toThrow(/jsonpath|JSONPath/);
    else expect(queryJsonPath(query, store)).toEqual(expected);
  });

  it('answers plain values that are parts of the input, frozen ones too', () => {
    const frozen = Object.freeze({ list: Object.freeze([Object.freeze({ a: 1 })]) });
    const [found] = queryJsonPath('$.list[0]', frozen);
    expect(found).toBe(frozen.list[0]);
    expect(queryJsonPath('$', undefined)).toEqual([null]);
    expect(queryJsonPath('$["__proto__"]', {})).toEqual([]);
    expect(queryJsonPath('$.constructor', {})).toEqual([]);
  });

  it.each(['', 'orders', '$.', '$[', '$[?@.a ==]', `$${'.a'.repeat(600)}`, `$[?${'('.repeat(900)}`])(
    'refuses %j',
    (query) => {
      expect(() => queryJsonPath(query, store)).toThrow(expect.objectContaining({ code: 'jsonpath_invalid' }));
    },
  );

  it('does not offer match and search, whose regular expressions cannot be stopped', () => {
    for (const query of ['$[?match(@.name, "(a+)+b")]', '$.orders[?search(@.id, "a")]']) {
      expect(() => queryJsonPath(query, store)).toThrow(/match\(\) and search\(\) are not available/);
    }
  });

  it.each([
    ['$..*..*..*..*', 'descents in a row'],
    ['$[?$..[?$..[?$..x]]]', 'filters that search everything again'],
    [`$${'[*,*]'.repeat(40)}`, 'doubling selectors'],
    ['$.list[?length($.big) > 1000000000]', 'the length of a huge text, often'],
    ['$.list[?$.big == $.other]', 'comparing huge texts, often'],
  ])('stops %s: %s', (query) => {
    const nested = (depth: number): unknown => (depth === 0 ? [1] : [nested(depth - 1), nested(depth - 1)]);
    const big = 'é'.repeat(2_000_000);
    const value = query.includes('list')
      ? { list: Array.from({ length: 10_000 }, () => 1), big, other: `${big}!` }
      : nested(query.includes('*,*') ? 20 : 12);
    expect(() => queryJsonPath(query, value as null)).toThrow(
      expect.objectContaining({ code: 'jsonpath_too_expensive' }),
    );
  });

  it('still handles a list of a hundred thousand elements', () => {
    const list = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    expect(queryJsonPath('$[*].id', list)).toHaveLength(100_000);
  });

  it('refuses data that is nested deeper than it follows', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 200; i += 1) deep = [deep];
    expect(() => queryJsonPath('$..x', deep as null)).toThrow(expect.objectContaining({ code: 'jsonpath_invalid' }));
  });
});

describe('meteredView', () => {
  it('looks like the value to everything that reads JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const view = meteredView(value, 1, Number.POSITIVE_INFINITY, () => expect.unreachable('exhausted'));
        expect(JSON.stringify(view.root)).toBe(JSON.stringify(value));
        expect(view.plain(view.root)).toBe(value);
      }),
    );
  });
});
