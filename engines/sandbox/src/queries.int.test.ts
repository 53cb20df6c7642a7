import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = createSandbox();
});
afterAll(() => sandbox.close());

const jsonata = (expression: string, input: unknown = {}, timeoutMs = 2000) =>
  sandbox.evaluateJsonata({ expression, input, timeoutMs });

it('evaluates many expressions at once, each with its own input', async () => {
  const calls = Array.from({ length: 200 }, (_, index) =>
    jsonata('$sum(items.price)', { items: [{ price: index }, { price: 1 }] }),
  );
  expect((await Promise.all(calls)).map((result) => result.kind === 'succeeded' && result.data)).toEqual(
    calls.map((_, index) => index + 1),
  );
});

it('reports errors with their position', async () => {
  expect(await jsonata('foo(')).toMatchObject({ error: { code: 'jsonata_error', details: { position: 4 } } });
});

it.each([
  ['endless recursion', '($f := function($n) { $f($n) }; $f(1))'],
  ['a catastrophic regular expression', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'],
])('kills %s and goes on', async (_name, expression) => {
  const [bad, good] = await Promise.all([jsonata(expression, {}, 400), jsonata('1 + 1')]);
  expect(bad).toMatchObject({ error: { code: 'jsonata_timeout' } });
  expect(good).toMatchObject({ data: 2 });
});

it('ends an expression that takes all memory', async () => {
  const result = await jsonata('$map([1..1000000], function($v) { [1..10000] })', {}, 20_000);
  expect(result).toMatchObject({ error: { code: 'sandbox_out_of_memory' } });
});

it('lets no expression change built-ins for the next one', async () => {
  await jsonata('$ ~> | $ | {"toString": "poison", "constructor": {"prototype": {"polluted": 1}}} |', { a: 1 });
  await jsonata('{"__proto__": {"polluted": true}}');
  await jsonata('($x := "kept"; $x)');
  expect(await jsonata('[$exists(polluted), $exists($x), $string({"a": 1})]')).toMatchObject({
    data: [false, false, '{"a":1}'],
  });
});

it('limits the size of a result', async () => {
  const call = sandbox.evaluateJsonata({ expression: '[1..100000]', input: {}, maxBytes: 1000 });
  expect(await call).toMatchObject({ error: { code: 'jsonata_result_too_large' } });
});

it('gives the same result for the same recorded time and seed', async () => {
  const recorded = { nowMs: 86_400_000, seed: 7 };
  const evaluate = () => sandbox.evaluateJsonata({ expression: '[$now(), $random()]', input: {}, recorded });
  const first = await evaluate();
  expect(first).toMatchObject({ data: ['1970-01-02T00:00:00.000Z', expect.any(Number)] });
  expect(await evaluate()).toEqual(first);
});

it('refuses an input that is not JSON', async () => {
  expect(await jsonata('1', { big: 1n })).toMatchObject({ error: { code: 'jsonata_error' } });
});

it('applies regular expressions and kills those that do not end', async () => {
  const regex = (pattern: string, input: string) =>
    sandbox.evaluateRegex({ operation: 'test', pattern, input, timeoutMs: 300 });
  expect(await regex('^a+$', 'aaa')).toMatchObject({ data: true });
  expect(await regex('^(a+)+$', `${'a'.repeat(40)}!`)).toMatchObject({ error: { code: 'regex_timeout' } });
  expect(await regex('(', '')).toMatchObject({ error: { code: 'regex_error' } });
});
