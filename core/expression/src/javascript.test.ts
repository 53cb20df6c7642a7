import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression } from './expression.ts';

const input = {
  n: 7,
  z: -0.5,
  s: 'Hello, wörld',
  digits: '42',
  yes: true,
  no: false,
  nil: null,
  list: [3, 'b', null, 1, true, 'a', 3],
  rows: [
    { k: 'x', v: 1 },
    { k: 'y', v: -2 },
  ],
  deep: { a: { b: ['c'] } },
};
const scope = { roots: { $input: input }, now: 0, random: () => 0 };

/** The same source run by JavaScript itself. */
function reference(source: string): unknown {
  return new Function('$input', `"use strict"; return (${source});`)(input);
}

/** What a value is once it left an expression: JSON has neither undefined nor NaN inside a list. */
function plain(value: unknown, inside = false): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, true));
  if (inside && (value === undefined || (typeof value === 'number' && !Number.isFinite(value)))) return null;
  return value;
}

function same(source: string): void {
  expect(compileExpression(source).evaluate(scope), source).toStrictEqual(plain(reference(source)));
}

const text = fc.oneof(
  fc.constantFrom('', 'a', 'l', 'lo', 'Hello', ', ', 'ö', '42', '-1', ' 7 ', '0x1f', 'x'),
  fc.string({ maxLength: 6 }),
);
const number = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }));
const literal = fc.oneof(
  number.map((value) => (value < 0 || Object.is(value, -0) ? `(${value})` : String(value))),
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('true', 'false', 'null', 'undefined', 'NaN', 'Infinity', '1e3', '0xff', '.5', '`t`'),
);
const read = fc.constantFrom(
  '$input.n',
  '$input.z',
  '$input.s',
  '$input.digits',
  '$input.yes',
  '$input.no',
  '$input.nil',
  '$input.missing',
  '$input?.deep.a["b"][0]',
  '$input.nil?.x.y',
  '$input.missing?.[0]',
  '$input.s.length',
  '$input.list[1]',
  '$input.list.length',
  '$input.s[4]',
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    read,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '**', '<', '<=', '>', '>=', '==', '!=', '===', '!=='),
        tie('expression'),
      )
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||', '??'), tie('expression'))
      .map(([left, operator, right]) => `((${left}) ${operator} (${right}))`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a}) ? ${b} : ${c}`),
    fc.tuple(fc.constantFrom('!', '-', '+', 'typeof '), tie('expression')).map(([operator, a]) => `${operator}(${a})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `\`<\${${a}}|\${${b}}>\``),
    tie('expression').map((a) => `[1, ${a}, "x"].length`),
    tie('expression').map((a) => `({ k: ${a} }).k`),
    tie('expression').map((a) => `[${a}][0]`),
    tie('expression').map((a) => `String(${a}).length + Number(${a})`),
  ),
}));

test('Operators, literals and reads yield what JavaScript yields.', () => {
  fc.assert(fc.property(expression, same), { numRuns: 3_000 });
});

test('Operators without parentheses bind as in JavaScript.', () => {
  const operator = fc.constantFrom('+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!=', '===', '!==', '&&', '||');
  const atom = fc.oneof(
    fc.integer({ min: 0, max: 9 }).map(String),
    fc.constantFrom('$input.n', '!0', '-1', 'typeof 1', '"b"'),
  );
  const chain = fc.tuple(atom, fc.array(fc.tuple(operator, atom), { minLength: 1, maxLength: 8 }));
  fc.assert(
    fc.property(chain, ([first, rest]) => same(first + rest.map(([op, value]) => ` ${op} ${value}`).join(''))),
    { numRuns: 2_000 },
  );
});

const index = fc.constantFrom('', '0', '1', '2', '-1', '-3', '99', '1.7', 'NaN', 'undefined', '"1"', 'Infinity');
const argument = fc.oneof(
  text.filter((value) => !value.includes('$')).map((value) => JSON.stringify(value)),
  fc.constantFrom('undefined', 'null', '1'),
);

/** Sources that call one of `names` on one of `selves` with one of the argument lists. */
function calls(selves: readonly string[], names: readonly string[], args: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...selves), fc.constantFrom(...names), args)
    .map(([self, name, list]) => `${self}.${name}(${list})`);
}

function list(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((values) => {
    const end = values.indexOf('');
    return (end < 0 ? values : values.slice(0, end)).join(', ');
  });
}

test('Methods of text yield what JavaScript yields.', () => {
  const selves = ['$input.s', '$input.digits', '"aaabaaab"', '""', '" pad\\t"', '"😀x"'];
  const source = fc.oneof(
    calls(selves, ['at', 'charAt', 'charCodeAt', 'codePointAt', 'slice', 'substring'], list(index, index)),
    calls(selves, ['includes', 'indexOf', 'startsWith', 'endsWith', 'lastIndexOf'], list(argument, index)),
    calls(selves, ['replace', 'replaceAll', 'concat'], list(argument, argument)),
    calls(selves, ['split'], list(argument, fc.constantFrom('', '0', '1', '2', '9'))),
    calls(
      selves,
      ['padStart', 'padEnd'],
      list(
        index.filter((value) => value !== 'Infinity'),
        argument,
      ),
    ),
    calls(selves, ['repeat'], fc.constantFrom('0', '1', '3', '2.9', '"2"', 'undefined')),
    calls(
      selves,
      [
        'trim',
        'trimStart',
        'trimEnd',
        'toLowerCase',
        'toUpperCase',
        'toString',
        'isWellFormed',
        'toWellFormed',
        'normalize',
      ],
      fc.constant(''),
    ),
  );
  fc.assert(fc.property(source, same), { numRuns: 4_000 });
});

test('Methods of lists yield what JavaScript yields.', () => {
  const selves = [
    '$input.list',
    '[]',
    '[1]',
    '[5, 3, undefined, 4, 10]',
    '[[1, [2, [3]]], "x", []]',
    '["b", "B", "a", ""]',
  ];
  const value = fc.constantFrom('3', '"a"', 'null', 'undefined', 'NaN', 'true', '[1]');
  const callback = fc.constantFrom(
    'x => x',
    'x => !x',
    '(x, i) => i > 1',
    '(x, i) => [x, i]',
    '() => 1',
    'x => typeof x === "number"',
    '(x, i, all) => all.length - i',
    'Boolean',
    'Number.isInteger',
  );
  const order = fc.constantFrom('', '(a, b) => a - b', '(a, b) => b - a', '(a, b) => 0', '(a, b) => (a > b ? 1 : -1)');
  const fold = fc.constantFrom(
    '(a, b) => a + b, 0',
    '(a, b, i) => [...a, i], []',
    '(a, b) => b, null',
    '(a, b, i, all) => all.length, 0',
  );
  const source = fc.oneof(
    calls(selves, ['at', 'slice'], list(index, index)),
    calls(selves, ['includes', 'indexOf'], list(value, index)),
    calls(
      selves,
      ['lastIndexOf'],
      list(
        value,
        index.filter((item) => item !== 'undefined'),
      ),
    ),
    calls(selves, ['concat'], list(value, value)),
    calls(selves, ['join'], fc.constantFrom('', '"-"', 'undefined', '""', '0')),
    calls(selves, ['flat'], fc.constantFrom('', '0', '1', '2', 'Infinity', '-1')),
    calls(
      selves,
      ['filter', 'map', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap'],
      callback,
    ),
    calls(selves, ['toSorted'], order),
    calls(selves, ['reduce', 'reduceRight'], fold),
    calls(selves, ['toReversed', 'toString'], fc.constant('')),
    calls(['[...[1, 2, 3]]', '["a", "b"].slice()'], ['fill'], list(value, index, index)),
  );
  fc.assert(fc.property(source, same), { numRuns: 4_000 });
});

test('Numbers print and parse as in JavaScript.', () => {
  const source = fc.oneof(
    calls(
      ['(1234.5678)', '(0.000001)', '(-7)', '$input.z'],
      ['toFixed', 'toPrecision', 'toExponential'],
      fc.constantFrom('', '1', '4'),
    ),
    calls(['(255)', '(0.5)', '(-7)'], ['toString'], fc.constantFrom('', '2', '16', '36')),
    fc.tuple(fc.constantFrom('parseInt', 'parseFloat', 'Number'), argument).map(([name, value]) => `${name}(${value})`),
    fc
      .tuple(fc.constantFrom('floor', 'ceil', 'round', 'trunc', 'sign', 'sqrt', 'abs'), number)
      .map(([name, value]) => `Math.${name}(${value})`),
    fc
      .tuple(fc.constantFrom('max', 'min', 'pow', 'atan2'), number, number)
      .map(([name, a, b]) => `Math.${name}(${a}, ${b})`),
  );
  fc.assert(fc.property(source, same), { numRuns: 2_000 });
});
