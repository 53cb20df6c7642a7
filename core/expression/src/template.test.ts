import { isConv3nError } from '@conv3n/platform';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTemplate, escapeTemplate, parseTemplate } from './template.ts';

const scope = {
  roots: { $input: { n: 5, s: 'x', list: [1, 2], object: { a: [1] }, nil: null, date: 0 } },
  now: 0,
  random: () => 0,
};

function run(text: string): unknown {
  return compileTemplate(text).evaluate(scope);
}

describe('A text that is exactly one expression keeps the type of its value', () => {
  test.each<[string, unknown]>([
    ['{{ $input.n }}', 5],
    ['{{$input.n > 3}}', true],
    ['{{ $input.list }}', [1, 2]],
    ['{{ $input.nil }}', null],
    ['{{ $input.missing }}', undefined],
    ['{{ { a: { b: "}}" } } }}', { a: { b: '}}' } }],
    ['{{\n  $input.n\n}}', 5],
  ])('%j', (text, expected) => {
    expect(run(text)).toEqual(expected);
  });
});

describe('Inside a longer text values are printed', () => {
  test.each<[string, unknown]>([
    ['n={{ $input.n }}', 'n=5'],
    [' {{ $input.n }}', ' 5'],
    ['{{ $input.n }}{{ $input.s }}', '5x'],
    ['{{ $input.object }}!', '{"a":[1]}!'],
    ['{{ $input.list }}!', '[1,2]!'],
    ['<{{ $input.nil }}{{ $input.missing }}>', '<>'],
    ['<{{ new Date(0) }}>', '<1970-01-01T00:00:00.000Z>'],
    ['<{{ true }}>', '<true>'],
    ['a }} b { c', 'a }} b { c'],
    ['{{ "}}" }}}}', '}}}}'],
    ['{{ $input.n }} it\'s `not` lexed "', '5 it\'s `not` lexed "'],
    ['\\{{ a }}', '{{ a }}'],
    ['\\\\{{ $input.n }}', '\\5'],
    ['\\\\\\{{ a }}', '\\{{ a }}'],
    ['C:\\dir\\', 'C:\\dir\\'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(run(text)).toBe(expected);
  });
});

test('A template knows its parts, its references and whether it is constant.', () => {
  expect(parseTemplate('a {{ $input.n + 1 }} \\{{').parts).toEqual([
    { type: 'text', text: 'a ' },
    { type: 'expression', source: '$input.n + 1', start: 5, end: 17 },
    { type: 'text', text: ' {{' },
  ]);
  expect(compileTemplate('a \\{{ b').constant).toBe('a {{ b');
  expect(compileTemplate('{{ $input.n }} {{ $vars.k }}').references.map(({ root }) => root)).toEqual([
    '$input',
    '$vars',
  ]);
  expect(compileTemplate('{{ $input.n }}').constant).toBeUndefined();
});

test('Positions count from the beginning of the whole text.', () => {
  const position = (text: string) => {
    try {
      run(text);
    } catch (thrown) {
      if (isConv3nError(thrown)) return [thrown.code, thrown.details?.['position'], thrown.details?.['line']];
    }
    return undefined;
  };
  expect(position('a {{ $input.n')).toEqual(['expression_syntax', 2, 1]);
  expect(position('a {{ $input.n }')).toEqual(['expression_syntax', 14, 1]);
  expect(position('a\n{{ $input.n }} {{ $input.nil.x }}')).toEqual(['expression_null_access', 20, 2]);
  expect(position('{{ }}')).toEqual(['expression_syntax', 3, 1]);
  expect(position('ab {{ "x".repeat(600000) }}{{ "x".repeat(600000) }}')).toEqual(['expression_limit', 30, 1]);
});

test('Long literal text is fine, long templates and expressions are not.', () => {
  expect(run('x'.repeat(300_000))).toHaveLength(300_000);
  expect(() => run(`${'x'.repeat(300_000)}{{ 1 }}`)).toThrow(/at most 200000/);
  expect(run(`${'x'.repeat(100_000)}{{ 1 }}`)).toHaveLength(100_001);
  expect(() => run(`x {{ 1 ${' '.repeat(10_000)} }}`)).toThrow(/longer than 10000 characters/);
});

test('An escaped text is the template of itself.', () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('\\', '{{', '}}', '{', '}', 'a', ' ', "'"), { maxLength: 12 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (value) => {
      expect(run(escapeTemplate(value))).toBe(value);
    }),
    { numRuns: 2_000 },
  );
});

test('Literal text and expressions alternate without loss.', () => {
  const piece = fc.oneof(
    fc.string().map((text) => ({ source: escapeTemplate(`${text}.`), printed: `${text}.` })),
    fc.string().map((text) => ({ source: `{{ ${JSON.stringify(text)} }}`, printed: text })),
    fc.integer().map((n) => ({ source: `{{${n}}}`, printed: String(n) })),
    fc
      .jsonValue({ maxDepth: 2 })
      .filter(
        (value) => typeof value === 'object' && value !== null && !/__proto__|constructor/.test(JSON.stringify(value)),
      )
      .map((value) => {
        const json = JSON.stringify(value);
        return { source: `{{ ${json} }}`, printed: json };
      }),
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 2, maxLength: 6 }), (pieces) => {
      const expected = pieces.map(({ printed }) => printed).join('');
      expect(run(pieces.map(({ source }) => source).join(''))).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});
