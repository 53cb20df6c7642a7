import { describe, expect, it } from 'vitest';
import { type ConditionConfig, conditionBlock } from './condition-block.ts';
import { runBlock } from './testing/block-call.ts';

const run = (config: ConditionConfig, input?: unknown) => runBlock(conditionBlock, config, input);

describe('std/condition', () => {
  it('leaves by true or false and passes the input through unchanged', () => {
    const data = { a: 1 };
    for (const truthy of [true, 1, 'x', {}, []]) {
      expect(run({ if: truthy }, data)).toEqual({ kind: 'succeeded', data, port: 'true' });
    }
    for (const falsy of [false, 0, '', null, undefined]) {
      expect(run({ if: falsy }, data)).toEqual({ kind: 'succeeded', data, port: 'false' });
    }
    expect((run({ if: true }, data) as { data: unknown }).data).toBe(data);
  });

  it('leaves by the first case that holds, or by else', () => {
    const cases = (...whens: unknown[]) => ({ cases: whens.map((when, index) => ({ when, port: `p${index}` })) });
    expect(run(cases(0, 1, 1), 5)).toEqual({ kind: 'succeeded', data: 5, port: 'p1' });
    expect(run(cases(0, null), 5)).toEqual({ kind: 'succeeded', data: 5, port: 'else' });
  });

  it('passes null on when there is no input', () => {
    expect(run({ if: true })).toEqual({ kind: 'succeeded', data: null, port: 'true' });
  });
});
