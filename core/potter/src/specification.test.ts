import { describe, expect, test } from 'vitest';
import { counter } from '../test/counter.ts';
import { specify } from './specification.ts';

const spec = specify(counter);
const added = (amount: number) => ({ type: 'Added', data: { amount } }) as const;
const failed = (text: string) =>
  expect.objectContaining({ code: 'specification_failed', message: expect.stringContaining(text) as string });

describe('a specification that holds says nothing', () => {
  test('about events, nothing, errors and states', () => {
    spec.when({ add: 1 }).thenEvents(added(1));
    spec.when({ empty: true }).thenNothing();
    spec.given(added(1)).when({ add: -2 }).thenError('counter_negative');
    spec.given(added(1)).when({ add: -2 }).thenError('Too little');
    spec.given(added(1), added(2)).when({ add: 3 }).thenState({ total: 6 });
  });
});

describe('a specification that does not hold throws both sides', () => {
  test('for other events, other states and events instead of nothing', () => {
    expect(() => spec.when({ add: 1 }).thenEvents(added(2))).toThrow(failed('"amount":1'));
    expect(() => spec.when({ add: 1 }).thenEvents(added(1), added(1))).toThrow(failed('Added'));
    expect(() => spec.when({ add: 1 }).thenNothing()).toThrow(failed('Added'));
    expect(() => spec.when({ add: 1 }).thenState({ total: 2 })).toThrow(failed('"total":2'));
  });

  test('for an error instead of events, another error, and events instead of an error', () => {
    expect(() => spec.when({ add: -1 }).thenEvents(added(-1))).toThrow(failed('counter_negative'));
    expect(() => spec.when({ add: -1 }).thenError('other_code')).toThrow(failed('counter_negative'));
    expect(() => spec.when({ add: 1 }).thenError('counter_negative')).toThrow(failed('Added'));
  });
});
