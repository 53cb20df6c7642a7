import type { StepState } from '@conv3n/workflow';
import { invoke } from './block-call.ts';
import type { Run } from './run.ts';
import { StepCall } from './step-call.ts';
import { checkedResult, failure, type StepResult } from './step-result.ts';
import { prepareStep } from './step-scope.ts';

/** Asks the block whether its effect happened. What prevents an answer is `unknown`. */
export function reconcileStep(run: Run, step: StepState, reason: string, done: (result: StepResult) => void): void {
  const startedAt = step.startedAt ?? run.now();
  const call = new StepCall(run, step, true);
  const unknown = (thrown: unknown): StepResult => {
    const failed = failure(thrown, false);
    return { kind: 'unknown', reason: failed.kind === 'failed' ? `${reason} (${failed.error.message})` : reason };
  };
  const answered = (result: StepResult): void => {
    const checked = checkedResult(result);
    const unclear = checked.kind === 'failed' && (checked.error.retryable || checked.error.kind === 'internal');
    done(unclear && checked.kind === 'failed' ? { kind: 'unknown', reason: checked.error.message } : checked);
  };
  Promise.resolve()
    .then(() => prepareStep(run.host, run.state, step, startedAt, run.items.of))
    .then(
      (prepared) =>
        call.proceed(() => invoke(run, step, prepared, { operation: 'reconcile', startedAt, done: answered })),
      (error: unknown) => call.proceed(() => done(unknown(error))),
    );
}
