// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources of the language under test
import { isConv3nError } from '@conv3n/platform';
import { describe, expect, test } from 'vitest';
import { expressionErrors } from './errors.ts';
import { compileExpression } from './expression.ts';
import { createBudget } from './limits.ts';

const scope = { roots: { $node: { a: { data: null } }, $input: { list: [1], object: {} } }, now: 0, random: () => 0 };

function failure(source: string, options?: Parameters<typeof compileExpression>[1]) {
  try {
    compileExpression(source, options).evaluate(scope);
  } catch (thrown) {
    if (!isConv3nError(thrown)) throw thrown;
    const details = thrown.details as {
      position: number;
      line: number;
      column: number;
      length: number;
      excerpt: string;
    };
    return { code: thrown.code, kind: thrown.kind, message: thrown.message, ...details };
  }
  throw new Error(`${source} did not fail`);
}

describe('An error names its code, its place and what to do', () => {
  const table: [string, string, number, number, RegExp][] = [
    ['1 +', 'expression_syntax', 3, 0, /ends too early; a value is missing/],
    ['1 + * 2', 'expression_syntax', 4, 1, /"\*" is unexpected here; a value was expected/],
    ['$input.a = 1', 'expression_syntax', 9, 1, /assign nothing/],
    ['"abc', 'expression_syntax', 0, 4, /Close it with "/],
    ['`abc', 'expression_syntax', 0, 4, /backtick/],
    ['1 2', 'expression_syntax', 2, 1, /"2" is unexpected here; an operator or the end/],
    ['a ?? b || c', 'expression_syntax', 2, 2, /parentheses where \?\? meets/],
    ['-2 ** 2', 'expression_syntax', 3, 2, /left side of \*\*/],
    ['010', 'expression_syntax', 0, 2, /not a number/],
    ['{{ 1 } }', 'expression_syntax', 5, 1, /"}}" was expected/],
    ['$nod.a', 'expression_unknown_name', 0, 4, /no root "\$nod"\. Did you mean "\$node"/],
    ['node.a', 'expression_unknown_name', 0, 4, /Did you mean "\$node"/],
    ['$input.list.mapp(x => x)', 'expression_unknown_name', 0, 16, /no method "mapp"\. Did you mean "map"/],
    ['Math.flor(1)', 'expression_unknown_name', 0, 9, /no function Math\.flor\. Did you mean "floor"/],
    ['Math.PY', 'expression_unknown_name', 0, 7, /Did you mean "PI"/],
    ['Math.max', 'expression_type', 0, 8, /is a function\. Call it/],
    ['parseInt', 'expression_type', 0, 8, /is a function\. Call it/],
    ['$input.constructor', 'expression_forbidden', 7, 11, /never reachable/],
    ['1 + $input["proto" + "type"]', 'expression_forbidden', 11, 16, /never reachable/],
    ['$node.a.data.x', 'expression_null_access', 0, 14, /read "x" because \$node\.a\.data is null\. Write \?\./],
    ['$node.b.data.x.y', 'expression_null_access', 0, 12, /read "data" because \$node\.b is undefined/],
    ['$item.x', 'expression_null_access', 0, 7, /\$item is undefined/],
    ['1 + $node.a.data[0]', 'expression_null_access', 4, 15, /read "0" because \$node\.a\.data is null/],
    ['$node.a.data[$input.list]', 'expression_null_access', 0, 25, /read \[\$input\.list\]/],
    ['$node.a.data.map(x => x)', 'expression_null_access', 0, 24, /call map\(\) because \$node\.a\.data is null/],
    ['$input.list.map(x => x.y.z)', 'expression_null_access', 21, 5, /x\.y is undefined/],
    ['$input.list.at(5).z', 'expression_null_access', 0, 19, /\$input\.list\.at\(5\) is undefined/],
    ['[null].map(({ a }) => a)', 'expression_null_access', 12, 5, /takes fields out of null/],
    ['$input.object.map(x => x)', 'expression_type', 0, 25, /method of lists; \$input\.object is an object/],
    ['"a".map(x => x)', 'expression_type', 0, 15, /method of lists; "a" is text/],
    ['2 * $input.object', 'expression_type', 0, 17, /An object cannot be used as text or number/],
    ['-$input.object', 'expression_type', 0, 14, /An object cannot be used/],
    ['`x${$input.object}`', 'expression_type', 4, 13, /JSON\.stringify/],
    ['$input()', 'expression_type', 0, 6, /Only built-in functions/],
    ['nothing(1)', 'expression_unknown_name', 0, 7, /There is no "nothing"/],
    ['$input.list.map(3)', 'expression_type', 16, 1, /A function is needed/],
    ['$input.list.map()', 'expression_type', 0, 17, /map\(\) needs a function/],
    ['[].reduce((a, b) => a)', 'expression_type', 0, 22, /start value/],
    ['[...5]', 'expression_type', 1, 4, /Only lists and text can be spread/],
    ['Object.keys(null)', 'expression_type', 0, 17, /needs an object; this is null/],
    ['JSON.parse("{")', 'expression_type', 0, 15, /The text is not JSON/],
    ['"a".repeat(1e9)', 'expression_limit', 0, 15, /would have 1000000000 characters; at most 1000000/],
    ['/a/', 'expression_forbidden', 0, 1, /Regular expressions/],
    ['$input.list.map(x => { x })', 'expression_syntax', 21, 1, /function body is one expression/],
  ];
  test.each(table)('%s is %s at %i+%i', (source, code, position, length, message) => {
    expect(failure(source)).toMatchObject({
      code,
      kind: 'invalid',
      position,
      length,
      message: expect.stringMatching(message),
    });
  });
});

test('Errors quote the source, never the data.', () => {
  const secret = 'hunter2';
  const data = { roots: { $input: { s: `{${secret}`, o: { [secret]: secret } } }, now: 0, random: () => 0 };
  for (const source of [
    'JSON.parse($input.s)',
    '$input.o + 1',
    '$input.s.x.y',
    '$input.s.map(x => x)',
    'decodeURI("%" + $input.s)',
  ]) {
    const run = () => compileExpression(source).evaluate(data);
    expect(run).toThrow();
    try {
      run();
    } catch (thrown) {
      expect(JSON.stringify(isConv3nError(thrown) && thrown.toDetail())).not.toContain(secret);
    }
  }
});

test('Line and column count from one.', () => {
  expect(failure('1 +\n  2 +\n    $node.a.data.x')).toMatchObject({ line: 3, column: 5, excerpt: '$node.a.data.x' });
});

test('Only the roots that were allowed exist.', () => {
  expect(failure('$node.a', { roots: ['$self'] })).toMatchObject({ code: 'expression_unknown_name' });
  expect(compileExpression('$self.a', { roots: ['$self'] }).evaluate({ ...scope, roots: { $self: { a: 1 } } })).toBe(1);
});

test('Limits can be tightened.', () => {
  expect(failure('1 + 1 + 1', { limits: { maxSourceLength: 5 } })).toMatchObject({ code: 'expression_limit' });
  expect(failure('((1))', { limits: { maxDepth: 2 } })).toMatchObject({ code: 'expression_limit' });
  expect(failure('"abc" + "def"', { limits: { maxStringLength: 5 } })).toMatchObject({ code: 'expression_limit' });
  expect(failure('[1, ...[2, 3]]', { limits: { maxArrayLength: 2 } })).toMatchObject({ code: 'expression_limit' });
  expect(failure('[[[1]]]', { limits: { maxDataDepth: 2 } })).toMatchObject({ code: 'expression_limit' });
  expect(failure('["abcd", "efgh"]', { limits: { maxResultCharacters: 7 } })).toMatchObject({
    code: 'expression_limit',
  });
  expect(failure('$input.list.map(x => x)', { limits: { maxSteps: 3 } })).toMatchObject({ code: 'expression_limit' });
});

test('A budget handed in is shared and spent by several evaluations.', () => {
  const budget = createBudget();
  const compiled = compileExpression('$input.list.map(x => x + 1)');
  compiled.evaluate({ ...scope, budget });
  const once = 1_000_000 - budget.steps;
  compiled.evaluate({ ...scope, budget });
  expect(once).toBeGreaterThan(0);
  expect(1_000_000 - budget.steps).toBe(2 * once);
  expect(() => compiled.evaluate({ ...scope, budget: { steps: once - 1 } })).toThrow(/too many steps/);
  expect(() => compiled.evaluate({ ...scope, budget: { steps: Number.NaN } })).toThrow(/too many steps/);
});

test('Every registered code is of kind invalid and described.', () => {
  for (const definition of Object.values(expressionErrors.definitions)) {
    expect(definition).toMatchObject({ kind: 'invalid', description: expect.stringMatching(/\.$/) });
  }
});
