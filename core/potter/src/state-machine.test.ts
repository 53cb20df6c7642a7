import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StateMachineTable, stateMachine } from './state-machine.ts';

const door: StateMachineTable = {
  initial: 'closed',
  states: {
    closed: {
      on: { open: [{ target: 'opened', effects: [{ type: 'ring' }] }], lock: [{ target: 'locked', guard: 'hasKey' }] },
    },
    opened: {
      on: { close: [{ target: 'closed' }], knock: [{ effects: [{ type: 'answer', data: { how: 'loud' } }] }] },
    },
    locked: {
      on: {
        unlock: [
          { target: 'closed', guard: 'hasKey' },
          { target: 'broken', guard: 'isStrong' },
        ],
      },
    },
    broken: { final: true },
  },
  any: { burn: [{ target: 'broken' }] },
};
interface Visitor {
  readonly key?: boolean;
  readonly strong?: boolean;
}
const guards = { hasKey: ({ key }: Visitor) => key === true, isStrong: ({ strong }: Visitor) => strong === true };
const machine = stateMachine<Visitor>(door, guards);
const flaws = (table: StateMachineTable) => {
  try {
    stateMachine<Visitor>(table, guards);
  } catch (error) {
    return (error as { violations: { path: string; code: string }[] }).violations.map(({ path, code }) => [path, code]);
  }
  return [];
};

describe('a state machine', () => {
  test('takes the first transition whose guard holds and returns its effects as data', () => {
    expect(machine.next('closed', 'open', {})).toEqual({
      accepted: true,
      state: 'opened',
      effects: [{ type: 'ring' }],
      final: false,
    });
    expect(machine.next('locked', 'unlock', { key: true })).toMatchObject({ state: 'closed' });
    expect(machine.next('locked', 'unlock', { strong: true })).toMatchObject({ state: 'broken', final: true });
  });

  test('stays where it is without a target', () => {
    expect(machine.next('opened', 'knock', {})).toMatchObject({ state: 'opened', effects: [{ type: 'answer' }] });
  });

  test('refuses as a result, with the reason', () => {
    expect(machine.next('closed', 'lock', {})).toEqual({ accepted: false, state: 'closed', reason: 'guarded' });
    expect(machine.next('closed', 'close', {})).toEqual({ accepted: false, state: 'closed', reason: 'unexpected' });
    expect(machine.next('broken', 'burn', {})).toEqual({ accepted: false, state: 'broken', reason: 'final' });
    expect(machine.next('closed', 'constructor', {})).toMatchObject({ reason: 'unexpected' });
  });

  test('takes transitions from any state unless it is final', () => {
    for (const state of ['closed', 'opened', 'locked'])
      expect(machine.next(state, 'burn', {})).toMatchObject({ state: 'broken' });
    expect(machine.events('opened')).toEqual(['close', 'knock', 'burn']);
    expect([machine.events('broken'), machine.isFinal('broken'), machine.isFinal('opened')]).toEqual([[], true, false]);
  });

  test('advancing throws what next would refuse', () => {
    expect(machine.advance('closed', 'open', {}).state).toBe('opened');
    expect(() => machine.advance('closed', 'close', {})).toThrow(
      expect.objectContaining({ code: 'transition_refused' }),
    );
    expect(() => machine.next('ajar', 'open', {})).toThrow(expect.objectContaining({ code: 'invalid_state_machine' }));
  });

  test('survives serialisation of its table', () => {
    const copy = stateMachine<Visitor>(JSON.parse(JSON.stringify(machine.table)), guards);
    const events = constantFrom('open', 'close', 'lock', 'unlock', 'knock', 'burn');
    assert(
      property(array(events), (history) => {
        const walk = (m: typeof machine) =>
          history.reduce((state, event) => m.next(state, event, { key: true }).state, m.initial);
        expect(walk(copy)).toBe(walk(machine));
        expect(Object.keys(door.states)).toContain(walk(machine));
      }),
    );
  });
});

describe('a table is refused', () => {
  test('for states, targets and guards it does not have', () => {
    const table = {
      initial: 'x',
      states: { a: { on: { go: [{ target: 'b', guard: 'nope' }] } } },
      any: { e: [{ target: 'c' }] },
    };
    expect(flaws(table)).toEqual([
      ['initial', 'unknown_state'],
      ['states.a.on.go.0', 'unknown_state'],
      ['states.a.on.go.0', 'unknown_guard'],
      ['any.e.0', 'unknown_state'],
    ]);
  });

  test('for a final state with transitions and for a state nobody reaches', () => {
    expect(flaws({ initial: 'a', states: { a: { final: true, on: { go: [{}] } } } })).toEqual([
      ['states.a.on', 'final_state'],
    ]);
    expect(flaws({ initial: 'a', states: { a: {}, b: {} } })).toEqual([['states.b', 'unreachable']]);
  });
});
