// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources of the language under test
import { describe, expect, test } from 'vitest';
import { compileExpression } from './expression.ts';

const scope = {
  roots: {
    $node: { total: { data: { total: 150, tags: ['b', 'a', 'c'], empty: null }, port: 'default' } },
    $input: {
      name: 'Ada',
      list: [3, 1, 2],
      people: [
        { n: 'x', age: 3 },
        { n: 'y', age: 9 },
      ],
      größe: 7,
    },
    $item: 'item',
    $index: 2,
  },
  now: 1_767_323_045_678,
  random: () => 0.25,
};

function run(source: string): unknown {
  return compileExpression(source).evaluate(scope);
}

describe('The language yields what JavaScript yields', () => {
  const table: [string, unknown][] = [
    ['$node.total.data.total > 100', true],
    ['$node.total.data["total"]', 150],
    ['$node["total"].data.tags[1]', 'a'],
    ['$node.total.data.tags[$index]', 'c'],
    ['$input.name.length', 3],
    ['$input.name[0] + $input.name[1]', 'Ad'],
    ['$input.größe', 7],
    ['$input.missing', undefined],
    ['$input.missing?.deeper.still', undefined],
    ['$input.missing?.[0].x', undefined],
    ['$input.missing?.map(x => x).length', undefined],
    ['$input.name.map?.(x => x)', undefined],
    ['($input.missing?.a) ?? "none"', 'none'],
    ['$input?.name', 'Ada'],
    ['$node?.total?.data?.empty?.x', undefined],
    ['$input.list[0]?.toFixed(1)', '3.0'],
    ['$input.people[0]?.["n"]', 'x'],
    ['1 + 2 * 3 ** 2 % 5', 4],
    ['2 ** 3 ** 2', 512],
    ['(-2) ** 2', 4],
    ['7 % -3', 1],
    ['"a" + 1 + 2', 'a12'],
    ['1 + 2 + "a"', '3a'],
    ['[1, 2] + ""', '1,2'],
    ['null ?? (0 || 5)', 5],
    ['0 ?? 5', 0],
    ['"" || "x"', 'x'],
    ['1 && 0', 0],
    ['!$input.missing', true],
    ['typeof null', 'object'],
    ['typeof $input.missing', 'undefined'],
    ['- -1', 1],
    ['+"12"', 12],
    ['1 < 2 === true', true],
    ['"10" < "9"', true],
    ['"10" < 9', false],
    ['null == undefined', true],
    ['null === undefined', false],
    ['"1" == 1', true],
    ['NaN == NaN', false],
    ['$index > 1 ? "many" : "few"', 'many'],
    ['true?.5:1', 0.5],
    ['0xff + 0b11 + 0o17 + 1_000 + .5 + 1e2', 1373.5],
    ['1..toString()', '1'],
    ['"\\x41\\u0042\\u{43}\\n\\0\\q"', 'ABC\n\0q'],
    ["'it\\'s'", "it's"],
    ['`a${1 + 1}b${`c${"d"}`}`', 'a2bcd'],
    ['`line\n${"}"}`', 'line\n}'],
    ['[1, ...[2, 3], ..."ab",]', [1, 2, 3, 'a', 'b']],
    ['({ a: 1, "b c": 2, 3: 4, ["d" + 1]: 5, })', { a: 1, 'b c': 2, 3: 4, d1: 5 }],
    ['({ ...{ a: 1, b: 2 }, b: 3, ...null })', { a: 1, b: 3 }],
    ['({ $index })', { $index: 2 }],
    ['$input.list.map(x => ({ x }))', [{ x: 3 }, { x: 1 }, { x: 2 }]],
    ['{ a: 1 }', { a: 1 }],
    ['({ a: undefined, b: [undefined] })', { b: [null] }],
    ['[NaN, new Date(0)]', [null, '1970-01-01T00:00:00.000Z']],
    ['$input.people.map(({ n, age: years }) => n + years)', ['x3', 'y9']],
    ['Object.entries({ a: 1 }).map(([key, value]) => key + value)', ['a1']],
    ['[[1, [2, 3]]].map(([a, [, b]]) => a + b)', [4]],
    [
      '$input.people.map((p, i) => $input.list.map(x => x * p.age + i))',
      [
        [9, 3, 6],
        [28, 10, 19],
      ],
    ],
    ['$input.list.reduce((sum, x) => sum + x)', 6],
    ['$input.list.reduceRight((text, x) => text + x, "")', '213'],
    ['$input.list.sort((a, b) => a - b)', [1, 2, 3]],
    ['[10, 9, undefined, 1].sort()', [1, 10, 9, null]],
    ['$input.list.reverse()', [2, 1, 3]],
    ['$input.list', [3, 1, 2]],
    ['["1", "2"].map(Number)', [1, 2]],
    ['[0, 1, ""].filter(Boolean)', [1]],
    ['[-1, 2].map(Math.abs)', [1, 2]],
    ['["10", "10", "10"].map(parseInt)', [10, null, 2]],
    ['Array.from({ length: 3 }, (_, i) => i * i)', [0, 1, 4]],
    ['Array.from("añ")', ['a', 'ñ']],
    ['Math.max(...$input.list, 2)', 3],
    ['Math.round(Math.PI * 100) / 100', 3.14],
    ['Math.random()', 0.25],
    ['Date.now()', 1_767_323_045_678],
    ['new Date().getFullYear()', 2026],
    ['new Date(2024, 1, 29, 12).toISOString()', '2024-02-29T12:00:00.000Z'],
    ['new Date("2024-05-06T07:08:09").getHours()', 7],
    ['new Date("2024-05-06T07:08:09+02:00").getHours()', 5],
    ['Date.parse("2024-05-06")', 1_714_953_600_000],
    ['Date.parse("May 6, 2024")', 1_714_953_600_000],
    [
      '[..."2024-05-06 07:08:09|5-6-2024 7:08:09|Mon, 06 May 2024 02:08:09 EST|2024-05-06T09:08:09+0200".split("|")].map(Date.parse)',
      Array(4).fill(1_714_979_289_000),
    ],
    ['Date.parse("10-12-2024") - Date.UTC(2024, 9, 12)', 0],
    ['Date.UTC(2024, 4, 6)', 1_714_953_600_000],
    ['new Date(5) - new Date(2)', 3],
    ['new Date(5) > new Date(2)', true],
    ['"" + new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['JSON.stringify({ a: [1, "x", null], b: undefined })', '{"a":[1,"x",null]}'],
    ['JSON.stringify([1], null, 2)', '[\n  1\n]'],
    ['JSON.stringify(undefined)', undefined],
    ['JSON.parse("{\\"a\\": [1]}").a[0]', 1],
    ['Object.keys({ b: 1, a: 2 })', ['b', 'a']],
    ['Object.values("ab")', ['a', 'b']],
    ['Object.fromEntries([["a", 1]])', { a: 1 }],
    ['Object.assign({ a: 1 }, { b: 2 })', { a: 1, b: 2 }],
    ['Object.hasOwn($input, "name")', true],
    ['encodeURIComponent("a b&ü")', 'a%20b%26%C3%BC'],
    ['decodeURIComponent("%C3%BC")', 'ü'],
    ['parseInt("12px") + parseFloat("1.5x")', 13.5],
    ['Number.isInteger(3) && !isNaN(3) && isFinite(3)', true],
    ['Number("") + Number(true) + Number.MAX_SAFE_INTEGER', 9_007_199_254_740_992],
    ['String.fromCodePoint(128512)', '😀'],
    ['"b".localeCompare("a")', 1],
    ['(5).toFixed(2) + (255).toString(16) + true.toString()', '5.00fftrue'],
    ['Array.isArray([]) && Array.of(1, 2).length === 2', true],
    ['undefined', undefined],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['{{ $item }}', 'item'],
    ['  {{$item}}  ', 'item'],
    ['$input.list.toString() + "x".toString()', '3,1,2x'],
    ['$input.list.some(x => x > 2) && $input.list.every(x => x > 0)', true],
    ['$input.list.find(x => x < 3) + $input.list.findLast(x => x < 3)', 3],
    ['$input.list.findIndex(x => x === 2) + $input.list.findLastIndex(x => x === 9)', 1],
    ['[1, 2].flatMap(x => [x, [x]])', [1, [1], 2, [2]]],
    ['[[1, [2]], 3].flat()', [1, [2], 3]],
    ['["a", "b"].entries().concat([9], 8)', [[0, 'a'], [1, 'b'], 9, 8]],
    ['[...["a"].keys(), ...["a"].values()]', [0, 'a']],
    ['[1, 2, 3].fill(0, 1)', [1, 0, 0]],
    ['[1, NaN].includes(NaN) && [1, 2, 1].lastIndexOf(1) === 2 && [1].indexOf(2) === -1', true],
    ['"x".concat(1, null).normalize().trim().isWellFormed()', true],
    ['Math.hypot(3, 4) + Math.min(1, 2) + Math.pow(2, 3)', 14],
  ];
  test.each(table)('%s', (source, expected) => {
    expect(run(source)).toEqual(expected);
  });
});

test('A chain of hundreds of operators still compiles and runs.', () => {
  expect(run(`1${' + 1'.repeat(900)}`)).toBe(901);
  expect(run(`[1]${'.map(x => x + 1)'.repeat(300)}`)).toEqual([301]);
});

test('Getters of dates and rarely used functions agree with JavaScript in UTC.', () => {
  const date = new Date(1_767_323_045_678);
  for (const part of ['Date', 'Day', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'] as const) {
    expect(run(`[new Date().get${part}(), new Date().getUTC${part}()]`)).toEqual([
      date[`getUTC${part}`](),
      date[`getUTC${part}`](),
    ]);
  }
  expect(run('[new Date(1).getTime(), new Date(1).valueOf(), new Date(NaN).toJSON(), new Date(0).toJSON()]')).toEqual([
    1,
    1,
    null,
    '1970-01-01T00:00:00.000Z',
  ]);
  expect(run('String() + String(new Date(0)) + new Date(NaN).toString()')).toBe('1970-01-01T00:00:00.000ZInvalid Date');
  expect(run('[Number(), Number.isFinite("1"), Number.isNaN(NaN), Number.isSafeInteger(1), isFinite("1")]')).toEqual([
    0,
    false,
    true,
    true,
    true,
  ]);
  expect(run('Number.parseFloat("1.5") + Number.parseInt("ff", 16) + (3).valueOf()')).toBe(259.5);
  expect(run('encodeURI("a b/ü") + decodeURI("%20")')).toBe('a%20b/%C3%BC ');
  expect(run('true.valueOf() && "a".valueOf() === "a"')).toBe(true);
  expect(run('Array.from([1, 2], x => x * 2).concat(Array.from({ length: 1, 0: 7 }))')).toEqual([2, 4, 7]);
  expect(run('Object.values({ ..."ab" }).join() + Object.keys([1]).join()')).toBe('a,b0');
});

test('Lists and objects of the scope are never changed.', () => {
  const before = JSON.stringify(scope.roots);
  for (const source of [
    '$input.list.sort()',
    '$input.list.reverse()',
    '$input.list.fill(0)',
    'Object.assign($input.people[0], { age: 0 })',
  ]) {
    run(source);
  }
  expect(JSON.stringify(scope.roots)).toBe(before);
});

test('A value read from the scope comes back as it is, with its type and identity.', () => {
  expect(run('$input.people')).toBe(scope.roots.$input.people);
  expect(run('$input.missing ?? $input.people[0]')).toBe(scope.roots.$input.people[0]);
});

test('Only own properties are read, even when a prototype was polluted by something else.', () => {
  const polluted = Object.prototype as Record<string, unknown>;
  polluted['isAdmin'] = true;
  try {
    expect(run('$input.isAdmin')).toBeUndefined();
    expect(run('({}).isAdmin')).toBeUndefined();
    expect(run('$input["is" + "Admin"]')).toBeUndefined();
    expect(run('[{}].map(({ isAdmin }) => isAdmin)')).toEqual([null]);
  } finally {
    delete polluted['isAdmin'];
  }
});

test('Fields named like methods of objects are ordinary fields.', () => {
  const result = run('({ toString: 1, hasOwnProperty: 2, ...{ valueOf: 3 } })') as Record<string, unknown>;
  expect(Object.entries(result)).toEqual([
    ['toString', 1],
    ['hasOwnProperty', 2],
    ['valueOf', 3],
  ]);
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
});

test('Time and randomness come from the scope only, so two runs are the same.', () => {
  const compiled = compileExpression('[Date.now(), new Date(), Math.random(), new Date(2024, 0).getTimezoneOffset()]');
  const first = compiled.evaluate({ roots: {}, now: 1000, random: () => 0.125 });
  expect(first).toEqual([1000, '1970-01-01T00:00:01.000Z', 0.125, 0]);
  expect(compiled.evaluate({ roots: {}, now: 1000, random: () => 0.125 })).toEqual(first);
});

test('References list every static read up to its first computed part.', () => {
  const source = '$node.a.data.x + $node["b"].data[0] + $input?.y.z.map(v => $vars.k + v.w).length + $node[$item].data';
  const { references } = compileExpression(source);
  expect(references.map(({ root, path }) => [root, ...path])).toEqual([
    ['$node', 'a', 'data', 'x'],
    ['$node', 'b', 'data', '0'],
    ['$input', 'y', 'z'],
    ['$vars', 'k'],
    ['$node'],
    ['$item'],
  ]);
  expect(references.map(({ start, end }) => source.slice(start, end)).slice(0, 3)).toEqual([
    '$node.a.data.x',
    '$node["b"].data[0]',
    '$input?.y.z',
  ]);
});
