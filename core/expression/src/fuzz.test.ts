/** More runs and another seed: `CONV3N_FUZZ_RUNS=1000000 CONV3N_FUZZ_SEED=7 vitest run --project unit core/expression/src/fuzz`. */
import { isConv3nError } from '@conv3n/platform';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expressionErrors } from './errors.ts';
import { compileExpression } from './expression.ts';
import { compileTemplate, parseTemplate } from './template.ts';
import { escapeCorpus, escapeScope } from './testing/escape-corpus.ts';

const numRuns = Number(process.env['CONV3N_FUZZ_RUNS'] ?? 2_000);
const seed = process.env['CONV3N_FUZZ_SEED'];
const options = { numRuns, ...(seed !== undefined && { seed: Number(seed) }) };

const scope = escapeScope();
const codes = new Set(Object.keys(expressionErrors.definitions));
const budgetSteps = 50_000;

/** Anything reachable in a result that is no plain data; cycles are the scope's own. */
function leak(value: unknown, depth = 0): unknown {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return value;
  if (typeof value !== 'object' || value === null || depth > 8) return undefined;
  if (value instanceof Date) return value;
  for (const item of Object.values(value)) {
    const found = leak(item, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whatever the text, there is a value or an error of this package with a place inside the text. */
function check(text: string, run: (text: string) => unknown): void {
  try {
    const value = run(text);
    if (!text.includes('$')) expect(leak(value), text).toBeUndefined();
    else expect(typeof value === 'function' || typeof value === 'symbol', text).toBe(false);
  } catch (thrown) {
    if (!isConv3nError(thrown)) throw new Error(`${JSON.stringify(text)} threw ${String(thrown)}`, { cause: thrown });
    expect(codes).toContain(thrown.code);
    const { position, length, line, column } = thrown.details as Record<string, number>;
    expect(position, text).toBeGreaterThanOrEqual(0);
    expect((position as number) + (length as number), text).toBeLessThanOrEqual(text.length);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
  }
}

const asExpression = (text: string) => compileExpression(text).evaluate({ ...scope, budget: { steps: budgetSteps } });
const asTemplate = (text: string) => {
  parseTemplate(text);
  return compileTemplate(text).evaluate({ ...scope, budget: { steps: budgetSteps } });
};

test('Random text never crashes the parser.', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
  fc.assert(
    fc.property(text, (value) => {
      check(value, asExpression);
      check(`{{${value}}}`, asTemplate);
    }),
    options,
  );
});

const words = [
  '$input',
  '$node',
  '.',
  '?.',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  '{{',
  '}}',
  ',',
  ':',
  '?',
  '??',
  '=>',
  '...',
  '`',
  '${',
  '"a"',
  "'",
  '1',
  '.5',
  '1e3',
  '+',
  '-',
  '*',
  '**',
  '/',
  '%',
  '==',
  '===',
  '<',
  '>=',
  '&&',
  '||',
  '!',
  'typeof ',
  'x',
  'map',
  'list',
  'length',
  'text',
  'filter',
  'sort',
  'reduce',
  'new ',
  'Date',
  'Math',
  'max',
  'Object',
  'keys',
  'JSON',
  'stringify',
  'parse',
  'Array',
  'from',
  'null',
  'undefined',
  'NaN',
  'true',
  'constructor',
  '__proto__',
  'this',
  'hostile',
  'fn',
  ' ',
  '\n',
  '\\',
  'x => x',
  '(a, b) => a',
  '.map(x => x)',
  '.length',
  '[0]',
  '$input.list',
  '$input.text',
  '$input.hostile.crafted',
];

test('Random sequences of tokens give a value or an error with a place.', () => {
  const text = fc.array(fc.constantFrom(...words), { maxLength: 24 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (value) => {
      check(value, asExpression);
      check(value, asTemplate);
    }),
    options,
  );
});

test('Mutated sources give a value or an error with a place.', () => {
  const seeds = escapeCorpus.map(({ source }) => source).filter((source) => source.length < 200);
  const edit = fc.record({
    at: fc.nat({ max: 200 }),
    remove: fc.nat({ max: 6 }),
    insert: fc.oneof(fc.constantFrom(...words, ''), fc.string({ maxLength: 3 })),
  });
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 4 }), (source, edits) => {
      const text = edits.reduce((current, { at, remove, insert }) => {
        const place = at % (current.length + 1);
        return current.slice(0, place) + insert + current.slice(place + remove);
      }, source);
      check(text, asExpression);
      check(`x ${text}`, asTemplate);
    }),
    options,
  );
});

test('Every prefix of a valid source gives a value or an error with a place.', () => {
  for (const { source } of escapeCorpus) {
    if (source.length > 120) continue;
    for (let end = 0; end < source.length; end++) check(source.slice(0, end), asExpression);
  }
});
