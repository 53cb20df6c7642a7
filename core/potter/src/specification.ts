import { isConv3nError } from '@conv3n/platform';
import { type Decider, fold } from './decider.ts';
import { potterErrors } from './errors.ts';
import type { DomainEvent } from './event.ts';

/** What a decider did with the last command, to be compared. Each method throws Conv3nError `specification_failed` unless it holds. */
export interface Outcome<Event extends DomainEvent<string, object>, State> {
  /** Exactly these events, in order. */
  thenEvents(...expected: readonly Event[]): void;
  /** Accepted, but nothing happened. */
  thenNothing(): void;
  /** Refused with an error of this code, or with a message that contains the text. */
  thenError(codeOrText: string): void;
  /** Accepted, and this is the state afterwards. */
  thenState(expected: State): void;
}

/** A decider with a history. */
export interface Given<Command, Event extends DomainEvent<string, object>, State> {
  when(command: Command): Outcome<Event, State>;
}

/** Starts of specifications in the words of the domain: `specify(decider).given(events).when(command).thenEvents(...)`. */
export interface Specification<Command, Event extends DomainEvent<string, object>, State>
  extends Given<Command, Event, State> {
  given(...history: readonly Event[]): Given<Command, Event, State>;
}

/** Needs no test runner: a specification that does not hold throws. */
export function specify<Command, Event extends DomainEvent<string, object>, State>(
  decider: Decider<Command, Event, State>,
): Specification<Command, Event, State> {
  const given = (...history: readonly Event[]): Given<Command, Event, State> => ({
    when: (command) => outcome(decider, fold(decider, history), command),
  });
  return { given, when: (command) => given().when(command) };
}

type Result<Event> = { readonly events: readonly Event[] } | { readonly error: unknown };

function outcome<Command, Event extends DomainEvent<string, object>, State>(
  decider: Decider<Command, Event, State>,
  state: State,
  command: Command,
): Outcome<Event, State> {
  const result = attempt(() => decider.decide(command, state));
  const accepted = (expected: string): readonly Event[] => {
    if ('events' in result) return result.events;
    throw failure(expected, `the error ${describeError(result.error)}`, result.error);
  };
  return {
    thenEvents(...expected) {
      compare('the events', expected, accepted(`the events ${show(expected)}`));
    },
    thenNothing() {
      compare('the events', [], accepted('nothing to happen'));
    },
    thenError(codeOrText) {
      if ('events' in result) throw failure(`the error ${codeOrText}`, `the events ${show(result.events)}`);
      const { error } = result;
      if (isConv3nError(error, codeOrText)) return;
      if (error instanceof Error && error.message.includes(codeOrText)) return;
      throw failure(`the error ${codeOrText}`, `the error ${describeError(error)}`, error);
    },
    thenState(expected) {
      compare('the state', expected, fold(decider, accepted(`the state ${show(expected)}`), state));
    },
  };
}

function attempt<Event>(decide: () => readonly Event[]): Result<Event> {
  try {
    return { events: decide() };
  } catch (error) {
    return { error };
  }
}

function compare(what: string, expected: unknown, actual: unknown): void {
  if (show(expected) !== show(actual)) throw failure(`${what} ${show(expected)}`, show(actual));
}

/** JSON with sorted keys, so that the order of properties does not matter. */
function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) as string;
}

function describeError(error: unknown): string {
  return isConv3nError(error) ? `${error.code}: ${error.message}` : String(error);
}

function failure(expected: string, actual: string, cause?: unknown) {
  return potterErrors.error('specification_failed', `Expected ${expected}, got ${actual}.`, { cause });
}
