import type { BlockResult } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { dataOf, runBlock } from '../testing/block-call.ts';
import { type TransformConfig, transformBlock } from './transform-block.ts';

const block = transformBlock({
  evaluateJsonata: async ({ expression, input, recorded }) =>
    expression === 'broken'
      ? { kind: 'failed', error: { code: 'jsonata_error', message: 'no', retryable: false, kind: 'invalid' } }
      : { kind: 'succeeded', data: { expression, input: input as null, now: recorded?.nowMs ?? null } },
});

function run(config: TransformConfig, input?: unknown): unknown {
  const result = runBlock(block, config, input);
  expect(result).not.toBeInstanceOf(Promise);
  return dataOf(result as BlockResult);
}

describe('std/transform', () => {
  it('answers exactly the keys of set, without a promise and without a copy', () => {
    const set = { a: 1, b: { c: 2 } };
    expect(run({ set }, { z: 9 })).toBe(set);
  });

  it('adds the keys of set to the input with keep', () => {
    expect(run({ set: { a: 1 }, keep: true }, { a: 0, z: 9 })).toEqual({ a: 1, z: 9 });
    expect(run({ set: { a: 1 }, keep: true })).toEqual({ a: 1 });
    expect(() => run({ set: { a: 1 }, keep: true }, [1])).toThrow(/a list/);
  });

  it('picks fields of an object or of each object of a list, in the order named', () => {
    expect(Object.keys(run({ pick: ['b', 'a', 'gone'] }, { a: 1, b: 2, c: 3 }) as object)).toEqual(['b', 'a']);
    expect(run({ pick: ['a'] }, [{ a: 1, b: 2 }, { b: 3 }])).toEqual([{ a: 1 }, {}]);
    expect(() => run({ pick: ['a'] }, 'text')).toThrow(expect.objectContaining({ code: 'transform_input' }));
    expect(() => run({ pick: ['a'] })).toThrow(/nothing/);
  });

  it('renames fields in place, swaps included, and refuses two of one name', () => {
    expect(Object.entries(run({ rename: { a: 'x' } }, { a: 1, b: 2 }) as object)).toEqual([
      ['x', 1],
      ['b', 2],
    ]);
    expect(run({ rename: { a: 'b', b: 'a' } }, { a: 1, b: 2 })).toEqual({ b: 1, a: 2 });
    expect(() => run({ rename: { a: 'b' } }, { a: 1, b: 2 })).toThrow(
      expect.objectContaining({ code: 'rename_conflict' }),
    );
  });

  it('keeps a field called __proto__ a field', () => {
    const data = run({ rename: { a: '__proto__' } }, { a: { evil: true } }) as object;
    expect(Object.hasOwn(data, '__proto__')).toBe(true);
    expect((data as { evil?: boolean }).evil).toBeUndefined();
  });

  it('maps a list with the function the engine made from the template', () => {
    expect(run({ map: (item, index) => ({ n: (item as number) * 2, index }) }, [1, 2])).toEqual([
      { n: 2, index: 0 },
      { n: 4, index: 1 },
    ]);
    expect(run({ map: () => undefined }, [1])).toEqual([null]);
    expect(() => run({ map: () => 1 }, {})).toThrow(/works on a list/);
    expect(() => run({ map: '{{ $item }}' as never }, [])).toThrow(
      expect.objectContaining({ code: 'block_config_invalid' }),
    );
  });

  it('applies each operation to the result of the one before, in the order written', () => {
    expect(run({ jsonpath: '$.items[*]', pick: ['a'], rename: { a: 'b' } }, { items: [{ a: '1', c: 2 }] })).toEqual([
      { b: '1' },
    ]);
    expect(run({ rename: { a: 'b' }, pick: ['b'], convert: { b: 'number' } }, { a: '1' })).toEqual({ b: 1 });
  });

  it('runs jsonata in the sandbox, between the other operations', async () => {
    const result = await runBlock(block, { pick: ['a'], jsonata: '$.a', rename: { input: 'x' } }, { a: 1, b: 2 });
    expect(dataOf(result)).toEqual({ expression: '$.a', x: { a: 1 }, now: 0 });
  });

  it('hands a failure of jsonata on', async () => {
    expect(await runBlock(block, { jsonata: 'broken' })).toMatchObject({
      kind: 'failed',
      error: { code: 'jsonata_error' },
    });
  });
});
