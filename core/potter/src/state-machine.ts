import type { JsonObject } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import { findFlaws } from './state-machine-check.ts';

/** What to do because of a transition: data for whoever runs it after the new state is stored. */
export interface MachineEffect {
  readonly type: string;
  readonly data?: JsonObject;
}

export interface Transition {
  /** The next state; absent stays where it is. */
  readonly target?: string;
  /** Name of a guard that must hold. */
  readonly guard?: string;
  readonly effects?: readonly MachineEffect[];
}

/** The table of a machine: plain JSON, so it can be stored, compared, drawn and sent. */
export interface StateMachineTable {
  readonly initial: string;
  readonly states: Readonly<Record<string, MachineState>>;
  /** Transitions from every state that is not final; a state's own entry for the event comes first. */
  readonly any?: Readonly<Record<string, readonly Transition[]>>;
}

export interface MachineState {
  /** Accepts no event. */
  readonly final?: boolean;
  /** By event: the first transition whose guard holds is taken. */
  readonly on?: Readonly<Record<string, readonly Transition[]>>;
}

/** Answers from the data that comes with an event. Pure. */
export type Guard<Data> = (data: Data) => boolean;

/** What an event led to. */
export type MachineStep =
  | {
      readonly accepted: true;
      readonly state: string;
      readonly effects: readonly MachineEffect[];
      readonly final: boolean;
    }
  | { readonly accepted: false; readonly state: string; readonly reason: 'final' | 'unexpected' | 'guarded' };

/** A pure machine: state and event in, state and effects out. Keeps nothing, so one instance serves any number of runs. */
export interface StateMachine<Data> {
  readonly table: StateMachineTable;
  readonly initial: string;
  isFinal(state: string): boolean;
  /** Events that have a transition in `state`, guards aside. */
  events(state: string): readonly string[];
  /** Refusal is a result, not an exception. @throws Conv3nError `invalid_state_machine` for a state the table does not have */
  next(state: string, event: string, data: Data): MachineStep;
  /** As {@link next}, for callers for whom refusal is an error. @throws Conv3nError `transition_refused` */
  advance(state: string, event: string, data: Data): MachineStep & { readonly accepted: true };
}

const nothing: readonly MachineEffect[] = Object.freeze([]);

/** Checks the table against itself and the guards. @throws Conv3nError `invalid_state_machine` with every flaw as a violation */
export function stateMachine<Data = unknown>(
  table: StateMachineTable,
  guards: Readonly<Record<string, Guard<Data>>> = {},
): StateMachine<Data> {
  const violations = findFlaws(table, new Set(Object.keys(guards)));
  if (violations.length > 0) {
    const [first] = violations;
    throw potterErrors.error('invalid_state_machine', `The table is not a state machine: ${first?.message}`, {
      violations,
    });
  }

  function stateOf(name: string): MachineState {
    const state = Object.hasOwn(table.states, name) ? table.states[name] : undefined;
    if (!state) throw potterErrors.error('invalid_state_machine', `The machine has no state "${name}".`);
    return state;
  }

  function candidates(state: MachineState, event: string): readonly Transition[] {
    return [...own(state.on, event), ...own(table.any, event)];
  }

  function next(name: string, event: string, data: Data): MachineStep {
    const state = stateOf(name);
    if (state.final) return { accepted: false, state: name, reason: 'final' };
    const transitions = candidates(state, event);
    if (transitions.length === 0) return { accepted: false, state: name, reason: 'unexpected' };
    const taken = transitions.find(({ guard }) => guard === undefined || (guards[guard] as Guard<Data>)(data));
    if (!taken) return { accepted: false, state: name, reason: 'guarded' };
    const target = taken.target ?? name;
    return { accepted: true, state: target, effects: taken.effects ?? nothing, final: stateOf(target).final === true };
  }

  return {
    table,
    initial: table.initial,
    isFinal: (name) => stateOf(name).final === true,
    events(name) {
      const state = stateOf(name);
      if (state.final) return [];
      return [...new Set([...Object.keys(state.on ?? {}), ...Object.keys(table.any ?? {})])];
    },
    next,
    advance(name, event, data) {
      const step = next(name, event, data);
      if (step.accepted) return step;
      throw potterErrors.error(
        'transition_refused',
        `Event "${event}" is refused in state "${name}" (${step.reason}). Accepted there: ${this.events(name).join(', ') || 'none'}.`,
        { details: { state: name, event, reason: step.reason } },
      );
    },
  };
}

function own(table: Readonly<Record<string, readonly Transition[]>> | undefined, event: string): readonly Transition[] {
  return table && Object.hasOwn(table, event) ? (table[event] ?? []) : [];
}
