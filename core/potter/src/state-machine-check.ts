import type { Violation } from '@conv3n/platform';
import type { StateMachineTable, Transition } from './state-machine.ts';

/** What is wrong with a table; empty when nothing is. */
export function findFlaws(table: StateMachineTable, guards: ReadonlySet<string>): readonly Violation[] {
  const flaws: Violation[] = [];
  const flaw = (path: string, code: string, message: string) => flaws.push({ path, code, message });
  const known = (state: string) => Object.hasOwn(table.states, state);

  if (!known(table.initial)) flaw('initial', 'unknown_state', `Initial state "${table.initial}" is not in the table.`);
  for (const { path, transition } of transitions(table)) {
    const { target, guard } = transition;
    if (target !== undefined && !known(target)) flaw(path, 'unknown_state', `Target "${target}" is not in the table.`);
    if (guard !== undefined && !guards.has(guard)) flaw(path, 'unknown_guard', `Guard "${guard}" was not given.`);
  }
  for (const [name, state] of Object.entries(table.states)) {
    if (state.final && Object.keys(state.on ?? {}).length > 0) {
      flaw(`states.${name}.on`, 'final_state', `Final state "${name}" has transitions.`);
    }
  }
  if (flaws.length > 0) return flaws;
  const reached = reachable(table);
  for (const name of Object.keys(table.states)) {
    if (!reached.has(name)) flaw(`states.${name}`, 'unreachable', `State "${name}" cannot be reached.`);
  }
  return flaws;
}

function* transitions(table: StateMachineTable): Iterable<{ path: string; transition: Transition }> {
  for (const [name, state] of Object.entries(table.states)) yield* within(`states.${name}.on`, state.on);
  yield* within('any', table.any);
}

function* within(path: string, on: StateMachineTable['any']): Iterable<{ path: string; transition: Transition }> {
  for (const [event, list] of Object.entries(on ?? {})) {
    for (const [index, transition] of list.entries()) yield { path: `${path}.${event}.${index}`, transition };
  }
}

function reachable(table: StateMachineTable): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [table.initial];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const state = table.states[name];
    if (!state || state.final) continue;
    for (const { transition } of [...within('', state.on), ...within('', table.any)]) {
      if (transition.target !== undefined) open.push(transition.target);
    }
  }
  return reached;
}
