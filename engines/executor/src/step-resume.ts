import type { StepState } from '@conv3n/workflow';
import { resumeControl } from './control-steps.ts';
import type { Run } from './run.ts';
import { armRetry, armStepTimeout, recordDoubt, settleResult } from './settle-result.ts';
import { reconcileStep } from './step-reconcile.ts';

/** After a restart: what was under way when the process ended goes on where its events stop. */
export function resumeSteps(run: Run): void {
  for (const step of [...run.state.active]) {
    if (step.node.control && step.startedAt !== null) armStepTimeout(run, step);
    if (step.status === 'running' && step.intent) resumeIntent(run, step);
    else if (step.status === 'waiting' && step.node.control) resumeControl(run, step);
    else if (step.status === 'waiting' && step.until !== null) armRetry(run, step, step.until);
  }
}

/** An external call was announced and its outcome is unknown: ask the block, or leave it to a person. Never repeat blindly. */
function resumeIntent(run: Run, step: StepState): void {
  const reason = `The server stopped while step ${step.node.id} was under way.`;
  if (!step.node.reconciles) {
    recordDoubt(run, step, reason);
    return;
  }
  reconcileStep(run, step, reason, (result) => {
    if (result.kind === 'unknown') recordDoubt(run, step, result.reason || reason);
    else if (result.kind !== 'not_happened' || step.killed)
      settleResult(run, step, step.startedAt ?? run.now(), result);
    else run.again(step);
  });
}
