import type { DomainEvent } from './event.ts';

/**
 * The heart of an aggregate, pure: no clock, no randomness, no input or output. What it needs from outside is in the command.
 * It never changes `state`, `initialState` or an event in place.
 */
export interface Decider<Command, Event extends DomainEvent<string, object>, State> {
  readonly initialState: State;
  /** What happens because of the command; nothing is an empty list. @throws Conv3nError when the state forbids the command */
  decide(command: Command, state: State): readonly Event[];
  /** The state after an event. Total: history is never refused. */
  evolve(state: State, event: Event): State;
}

/** The state after `events`, from `state` or from the beginning. */
export function fold<Command, Event extends DomainEvent<string, object>, State>(
  decider: Decider<Command, Event, State>,
  events: Iterable<Event>,
  state: State = decider.initialState,
): State {
  let current = state;
  for (const event of events) current = decider.evolve(current, event);
  return current;
}
