import { Conv3nError } from '@conv3n/platform';
import type { Decider } from '../src/decider.ts';
import type { DomainEvent } from '../src/event.ts';

/** A small decider for this package's own tests: a counter that refuses to fall below zero. */
export type CounterEvent = DomainEvent<'Added', { amount: number }> | DomainEvent<'Emptied', Record<string, never>>;
export type CounterCommand = { readonly add: number } | { readonly empty: true };
export interface CounterState {
  readonly total: number;
}

export const counter: Decider<CounterCommand, CounterEvent, CounterState> = {
  initialState: { total: 0 },
  decide(command, { total }) {
    if ('empty' in command) return total === 0 ? [] : [{ type: 'Emptied', data: {} }];
    if (total + command.add < 0)
      throw new Conv3nError('counter_negative', 'Too little is left.', { kind: 'precondition' });
    return [{ type: 'Added', data: { amount: command.add } }];
  },
  evolve(state, event) {
    return event.type === 'Added' ? { total: state.total + event.data.amount } : { total: 0 };
  },
};
