import type { ErrorDetail } from '@conv3n/platform';
import type { ExecutionStatus } from './execution.ts';
import type { ExecutionState, IterationResult, StepState } from './execution-state.ts';
import { graphResult } from './graph-run.ts';
import { loopIsDone } from './loop-run.ts';

/** What the owner of an execution does next. The decider only says it; events say that it happened. */
export type Command =
  /** Run the step's block, or interpret its control block. */
  | { readonly kind: 'run'; readonly step: StepState }
  /** Run further iterations of a tight loop. */
  | { readonly kind: 'iterate'; readonly step: StepState }
  /** Every iteration ended: record the loop's own outcome. */
  | { readonly kind: 'finish_loop'; readonly step: StepState };

/** How an execution ends, or what has to be undone before. */
export type EndCommand =
  | { readonly kind: 'compensate'; readonly step: StepState }
  | { readonly kind: 'succeed'; readonly result: IterationResult }
  | { readonly kind: 'fail'; readonly error: ErrorDetail; readonly node: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'time_out' };

/** Takes the commands that became possible since the last call. A command that the caller drops does not come again. */
export function nextCommands(state: ExecutionState): Command[] {
  if (state.work.length === 0) return [];
  const { work } = state;
  state.work = [];
  const commands: Command[] = [];
  // A replay may name a loop twice, as ready and as done, before anybody asks; a step gets one command.
  for (const step of work.length === 1 ? work : new Set(work)) {
    if (step.status === 'ready') commands.push({ kind: 'run', step });
    else if (step.status === 'running' && step.progress) {
      if (loopIsDone(step)) commands.push({ kind: 'finish_loop', step });
      else if (step.node.loop?.tight) commands.push({ kind: 'iterate', step });
    }
  }
  return commands;
}

/** Notes that the owner began to run the step; no event records it, so a replay sees the step as ready. */
export function claim(step: StepState): void {
  step.status = 'running';
}

/** Notes that a waiting step's next attempt is due; no event records it, because the time decides it. */
export function wake(state: ExecutionState, step: StepState): void {
  step.status = 'ready';
  step.until = null;
  state.active.add(step);
  state.work.push(step);
}

/** What ends the execution, or null while a step is open or a call with an effect is out. */
export function endCommand(state: ExecutionState): EndCommand | null {
  if (state.final || state.queued) return null;
  if (!state.ending && state.root.open > 0) return null;
  for (const step of state.active) if (step.intent) return null;
  if (!state.ending) return { kind: 'succeed', result: graphResult(state.root) };
  const undo = state.undoable[state.undoable.length - 1];
  if (undo) return { kind: 'compensate', step: undo };
  if (state.ending.status === 'failed') {
    return { kind: 'fail', error: state.ending.error, node: state.ending.node };
  }
  return { kind: state.ending.status === 'cancelled' ? 'cancel' : 'time_out' };
}

/** The execution's status: `waiting` and `in_doubt` only when nothing runs or is ready. */
export function executionStatus(state: ExecutionState): ExecutionStatus {
  if (state.final) return state.final;
  if (state.queued) return 'queued';
  let waiting = false;
  let doubt = false;
  for (const step of state.active) {
    if (step.status === 'ready') return 'running';
    if (step.status === 'running' && !(step.progress && step.progress.active.size > 0)) return 'running';
    if (step.status === 'in_doubt') doubt = true;
    else if (step.status === 'waiting') waiting = true;
  }
  if (state.ending) return 'running';
  if (doubt) return 'in_doubt';
  return waiting ? 'waiting' : 'running';
}
