import { type ErrorDetail, fromErrorDetail, isConv3nError, type JsonValue } from '@conv3n/platform';
import { type ExecutionState, findStep, type StepState, type StoredValue } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { at, type Run } from './run.ts';
import { storable } from './storable.ts';

/** What a person decided about a step in doubt. `data` counts for `succeed` only. */
export interface Decision {
  readonly node: string;
  readonly iteration?: readonly number[];
  readonly decision: 'retry' | 'skip' | 'fail' | 'succeed';
  readonly data?: JsonValue;
  readonly by: string;
}

/** Emits the decision. @throws Conv3nError `step_not_found`, `step_not_in_doubt`, or why the data cannot be stored */
export function decideStep(run: Run, decision: Decision): void {
  const { node, iteration = [], data, by } = decision;
  const step = stepOf(run.state, node, iteration);
  if (step.status !== 'in_doubt') {
    throw executorErrors.error(
      'step_not_in_doubt',
      `Step ${node} is ${step.status}; only a step in doubt can be decided.`,
    );
  }
  const settle = (stored?: StoredValue) => {
    run.emit(
      'step_decided',
      { ...at(step), decision: decision.decision, by, ...(stored !== undefined && { data: stored }) },
      { durable: true },
    );
    run.pump();
  };
  if (data === undefined || decision.decision !== 'succeed') settle();
  else storable(run, step, data, refuseDecision, settle);
}

function refuseDecision(error: ErrorDetail): never {
  throw fromErrorDetail(error);
}

function stepOf(state: ExecutionState, node: string, iteration: readonly number[]): StepState {
  try {
    return findStep(state, { node, i: iteration });
  } catch (error) {
    if (!isConv3nError(error, 'history_invalid')) throw error;
    const where = iteration.length === 0 ? '' : ` in iteration ${iteration.join('.')}`;
    throw executorErrors.error('step_not_found', `Execution ${state.id} has no open step ${node}${where}.`);
  }
}

/** Asks the execution to stop. */
export function cancelRun(run: Run, by: string): void {
  if (!run.state.ending) run.emit('execution_cancel_requested', { by }, { urgent: true });
  run.pump();
}
