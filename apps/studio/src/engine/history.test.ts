import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyLimit, push, redo, startHistory, undo } from './history.ts';

describe('history', () => {
  it('undoes what was pushed and redoes what was undone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 50 }), fc.nat(60), (values, back) => {
        const start = startHistory<unknown>('start');
        const full = values.reduce<typeof start>((history, value) => push(history, value), start);
        let history = full;
        for (let i = 0; i < back; i += 1) history = undo(history);
        expect(history.present).toBe(['start', ...values][Math.max(values.length - back, 0)]);
        for (let i = 0; i < back; i += 1) history = redo(history);
        expect(history).toEqual({ ...full, key: history.key });
      }),
    );
  });

  it('forgets the future on a push and changes nothing at its ends', () => {
    const history = push(undo(push(push(startHistory(0), 1), 2)), 3);
    expect(redo(history)).toBe(history);
    expect(undo(startHistory(0))).toEqual(startHistory(0));
    expect(undo(history).present).toBe(1);
  });

  it('joins pushes with the same key into one step', () => {
    const history = push(push(push(startHistory('a'), 'b', 'typing'), 'bc', 'typing'), 'bcd', 'typing');
    expect(undo(history).present).toBe('a');
    expect(undo(push(history, 'x', 'other')).present).toBe('bcd');
  });

  it('keeps a bounded number of steps', () => {
    let history = startHistory(0);
    for (let i = 1; i <= historyLimit + 50; i += 1) history = push(history, i);
    expect(history.past.length).toBe(historyLimit);
  });
});
