import type { ErrorDetail } from '@conv3n/platform';
import { workflowErrors } from './errors.ts';
import type { ExecutionEvent } from './execution-event.ts';
import { type ExecutionState, newGraphState, type StepState, topLevel } from './execution-state.ts';
import { FoldObserver } from './fold-observer.ts';
import { abandonGraph, fail, skip, startGraph, succeed } from './graph-run.ts';
import { beginIterations, dropChildren, loopChanged } from './loop-run.ts';
import type { NodePlan, WorkflowPlan } from './plan.ts';
import { defaultPort } from './workflow-file.ts';

type Started = Extract<ExecutionEvent, { type: 'execution_started' }>['data'];

/** The state after `execution_started`. @throws Conv3nError `history_invalid` when the first event is another one */
export function beginExecution(id: string, plan: WorkflowPlan, event: ExecutionEvent): ExecutionState {
  if (event.type !== 'execution_started') {
    throw invalid(`Execution ${id} does not begin with execution_started but with ${event.type}.`);
  }
  const data: Started = event.data;
  const state: ExecutionState = {
    id,
    plan,
    workflowId: data.workflowId,
    workflowVersion: data.workflowVersion,
    trigger: data.trigger,
    input: data.input,
    seed: data.seed,
    depth: data.depth ?? 0,
    createdAt: data.at,
    carried: data.carried ?? {},
    startedAt: null,
    finishedAt: null,
    queued: data.queued === true,
    ending: null,
    final: null,
    output: null,
    error: null,
    root: newGraphState(plan.graph, null, topLevel),
    work: [],
    active: new Set(),
    undoable: [],
    variables: new Map(),
    order: 0,
  };
  if (!state.queued) admit(state, data.at);
  return state;
}

function admit(state: ExecutionState, time: number): void {
  state.queued = false;
  state.startedAt = time;
  startGraph(state.root, new FoldObserver(state, time), state.trigger.node);
}

/**
 * Folds one event into the state, in place.
 *
 * @throws Conv3nError `history_invalid` when the event names a step that the plan or the history does not have
 */
export function evolve(state: ExecutionState, event: ExecutionEvent): void {
  const time = state.createdAt + ((event.data as { readonly t?: number }).t ?? 0);
  const observer = new FoldObserver(state, time);
  switch (event.type) {
    case 'execution_started':
      throw invalid(`Execution ${state.id} was started twice.`);
    case 'execution_admitted':
      admit(state, time);
      return;
    case 'step_started': {
      const step = findStep(state, event.data);
      step.status = 'running';
      step.intent = true;
      step.attempts = event.data.attempt;
      step.startedAt = time;
      state.active.add(step);
      return;
    }
    case 'step_succeeded': {
      const { data } = event;
      const step = findStep(state, data);
      closeAttempt(step, data.attempt, time, data.ms);
      if (data.variable) {
        state.variables.set(data.variable.name, { value: data.data, expiresAt: data.variable.expiresAt ?? null });
      }
      if (step.node.compensates) state.undoable.push(step);
      const value = step.node.control === 'trigger' ? state.input : data.data;
      succeed(step, value, data.port ?? defaultPort, observer);
      loopChanged(step.graph, observer);
      return;
    }
    case 'step_failed': {
      const { data } = event;
      const step = findStep(state, data);
      closeAttempt(step, data.attempt, time, data.ms);
      if (data.retryAt !== undefined) {
        step.status = 'waiting';
        step.error = data.error;
        step.until = data.retryAt;
        state.active.add(step);
        return;
      }
      dropChildren(step, observer);
      fail(step, data.error, data.data, data.port, observer);
      loopChanged(step.graph, observer);
      return;
    }
    case 'step_waiting': {
      const step = findStep(state, event.data);
      step.status = 'waiting';
      step.until = event.data.until;
      step.attempts = Math.max(1, step.attempts);
      step.startedAt = time;
      state.active.add(step);
      return;
    }
    case 'child_started': {
      const step = findStep(state, event.data);
      step.status = 'waiting';
      step.child = event.data.executionId;
      step.attempts = Math.max(1, step.attempts);
      step.startedAt = time;
      state.active.add(step);
      return;
    }
    case 'step_in_doubt': {
      const step = findStep(state, event.data);
      step.status = 'in_doubt';
      step.intent = false;
      step.attempts = event.data.attempt;
      step.error = inDoubt(event.data.reason);
      state.active.add(step);
      loopChanged(step.graph, observer);
      return;
    }
    case 'step_decided':
      decided(state, event.data, observer, time);
      return;
    case 'step_cancelled': {
      const step = findStep(state, event.data);
      step.intent = false;
      step.status = 'cancelled';
      step.finishedAt = time;
      step.graph.open -= 1;
      state.active.delete(step);
      loopChanged(step.graph, observer);
      return;
    }
    case 'step_compensated': {
      const step = findUndoable(state, event.data);
      if (event.data.error) step.error = event.data.error;
      else step.status = 'compensated';
      state.undoable.splice(state.undoable.indexOf(step), 1);
      return;
    }
    case 'loop_started': {
      const { data } = event;
      const step = findStep(state, data);
      step.status = 'running';
      step.startedAt = time;
      step.attempts = 1;
      step.progress = {
        count: data.count,
        items: data.items,
        cursor: 0,
        active: new Map(),
        results: new Map(),
        chunks: [],
        failure: null,
      };
      state.active.add(step);
      beginIterations(step, observer);
      return;
    }
    case 'iterations_finished': {
      const { data } = event;
      const step = findStep(state, data);
      const { progress } = step;
      if (!progress) throw invalid(`Node ${data.node} finished iterations before it started.`);
      progress.chunks.push({ from: data.from, to: data.to, steps: data.steps as never });
      progress.cursor = data.to;
      state.work.push(step);
      return;
    }
    case 'execution_cancel_requested':
      if (state.ending) return;
      stop(state, { status: event.data.reason === 'timeout' ? 'timed_out' : 'cancelled' }, observer);
      return;
    case 'execution_succeeded':
      state.output = event.data.output;
      end(state, 'succeeded', time);
      return;
    case 'execution_failed':
      state.error = event.data.error;
      end(state, 'failed', time);
      return;
    case 'execution_cancelled':
      end(state, 'cancelled', time);
      return;
    case 'execution_timed_out':
      end(state, 'timed_out', time);
      return;
  }
}

function stop(state: ExecutionState, ending: NonNullable<ExecutionState['ending']>, observer: FoldObserver): void {
  state.ending = ending;
  state.queued = false;
  abandonGraph(state.root, observer);
}

function end(state: ExecutionState, status: NonNullable<ExecutionState['final']>, time: number): void {
  state.final = status;
  state.finishedAt = time;
  state.work = [];
  for (const step of state.root.steps) {
    if (step.status === 'pending' || step.status === 'ready') step.status = 'cancelled';
  }
}

function decided(
  state: ExecutionState,
  data: Extract<ExecutionEvent, { type: 'step_decided' }>['data'],
  observer: FoldObserver,
  time: number,
): void {
  const step = findStep(state, data);
  step.finishedAt = time;
  if (data.decision === 'retry') {
    step.status = 'pending';
    step.error = null;
    step.finishedAt = null;
    observer.again(step);
    return;
  }
  if (data.decision === 'skip') skip(step, observer);
  else if (data.decision === 'succeed') {
    if (step.node.compensates) state.undoable.push(step);
    succeed(step, data.data ?? null, defaultPort, observer);
  } else {
    const error = workflowErrors.error(
      'step_decided_failed',
      `${data.by} decided that step ${step.node.id} failed; before that it was in doubt.`,
    );
    fail(step, error.toDetail(), undefined, undefined, observer);
  }
  loopChanged(step.graph, observer);
}

function closeAttempt(step: StepState, attempt: number | undefined, time: number, ms: number | undefined): void {
  step.intent = false;
  step.until = null;
  step.attempts = attempt ?? 1;
  step.startedAt ??= time - (ms ?? 0);
  step.finishedAt = time;
}

function inDoubt(reason: string): ErrorDetail {
  return { code: 'step_in_doubt', message: reason, retryable: false, kind: 'unavailable' };
}

/** The step an event belongs to. @throws Conv3nError `history_invalid` */
export function findStep(
  state: ExecutionState,
  at: { readonly node: string; readonly i?: readonly number[] },
): StepState {
  const node = state.plan.nodes.get(at.node);
  const path = at.i ?? topLevel;
  if (!node || node.loops.length !== path.length) {
    throw invalid(`Workflow version has no node ${at.node} at depth ${path.length}.`);
  }
  let graph = state.root;
  for (let depth = 0; depth < path.length; depth += 1) {
    const loop = graph.steps[(node.loops[depth] as NodePlan).index] as StepState;
    const inner = loop.progress?.active.get(path[depth] as number);
    if (!inner) throw invalid(`Node ${at.node} has no open iteration ${path.join('.')}.`);
    graph = inner;
  }
  return graph.steps[node.index] as StepState;
}

function findUndoable(state: ExecutionState, at: { readonly node: string; readonly i?: readonly number[] }): StepState {
  const path = (at.i ?? topLevel).join('.');
  for (let index = state.undoable.length - 1; index >= 0; index -= 1) {
    const step = state.undoable[index] as StepState;
    if (step.node.id === at.node && step.graph.iteration.join('.') === path) return step;
  }
  throw invalid(`Step ${at.node} was compensated but did not succeed before.`);
}

function invalid(message: string) {
  return workflowErrors.error('history_invalid', message);
}
