import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPattern } from './linear-pattern.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '\\d',
  '\\w',
  '[ab]',
  '[^a]',
  '[a-c_\\]]',
  '\\s',
  '\\.',
  '\\u0061',
  '\\p{L}',
  'é',
  '😀',
  '\\/',
  '/',
  '-',
);
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.constantFrom('^', '$', '\\b'),
    fc.array(tie('node'), { maxLength: 3 }).map((parts) => parts.join('')),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => `(?:${parts.join('|')})`),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '{0}'))
      .map(([part, times]) => `(${part})${times}`),
    fc.tuple(atom, fc.constantFrom('*', '+', '?', '{1,3}')).map(([part, times]) => part + times),
  ),
})).node;
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '_', ' ', '.', '-', '/', ']', 'é', '\n'),
  maxLength: 8,
});

it('agrees with RegExp on random patterns and texts', () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { maxLength: 8 }), (source, texts) => {
      const native = new RegExp(source, 'u');
      const linear = linearPattern(source);
      for (const sample of texts) expect(linear.test(sample)).toBe(native.test(sample));
    }),
    { numRuns: 1000 },
  );
});

describe('a linear pattern', () => {
  it.each(['^(a+)+$', '^(a|a)*$', 'a*a*a*a*b', '^(\\w+\\s?)*$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'answers for %s in bounded steps',
    (source) => {
      expect(linearPattern(source).test(`${'a'.repeat(20_000)}!`)).toBe(new RegExp(source, 'u').test('aaa!'));
    },
  );

  it('leaves patterns that cannot backtrack to RegExp', () => {
    expect(linearPattern('^[A-Za-z_][A-Za-z0-9_]{0,63}$')).toBeInstanceOf(RegExp);
    expect(linearPattern('^.*$')).toBeInstanceOf(RegExp);
    expect(linearPattern('^a*b*$')).not.toBeInstanceOf(RegExp);
    expect(linearPattern('a+')).not.toBeInstanceOf(RegExp);
  });

  it.each(['(?=a)b', '(?<!a)b', '(a)\\1', '(?<n>a)\\k<n>'])(
    'refuses %s, which cannot be matched in linear time',
    (source) => {
      expect(() => linearPattern(source)).toThrow('not supported');
    },
  );

  it.each(['(', '[', 'a{2,1}', '\\'])('refuses %s, which is no pattern', (source) => {
    expect(() => linearPattern(source)).toThrow(SyntaxError);
  });

  it('refuses patterns that grow too large or too deep', () => {
    expect(() => linearPattern('((a{100}){100}){100}')).toThrow('too large');
    expect(() => linearPattern('((){99999}){99999}')).toThrow('too large');
    expect(() => linearPattern(`a*${'b'.repeat(6000)}`)).toThrow('too large');
    expect(() => linearPattern(`${'('.repeat(60)}a${')'.repeat(60)}`)).toThrow('too deeply');
  });

  it('knows places inside and outside of words', () => {
    const inside = linearPattern('a\\Ba');
    expect([inside.test('aa'), inside.test('a a'), linearPattern('\\B-\\B').test('a - b')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('counts a character beyond the basic plane as one, also where V8 does not (`/[^a]$/u` on one fails there)', () => {
    expect(linearPattern('^.$').test('😀')).toBe(true);
    expect(linearPattern('[^a]$').test('😀')).toBe(true);
    expect(linearPattern('(😀|b){2}').test('a😀b')).toBe(true);
    expect(linearPattern('^.{2}$|x').test('😀')).toBe(false);
  });

  it('takes named groups', () => {
    expect(linearPattern('^(?<year>\\d{4})-(?<month>\\d\\d)$').test('2026-11')).toBe(true);
  });
});
