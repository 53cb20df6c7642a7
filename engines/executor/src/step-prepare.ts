import type { StepState } from '@conv3n/workflow';
import type { Run } from './run.ts';
import { settleResult } from './settle-result.ts';
import { StepCall } from './step-call.ts';
import { failure } from './step-result.ts';
import { type PreparedStep, prepareStep } from './step-scope.ts';

/** Evaluates the step's config and hands it on; a config that fails fails the step, before any effect. */
export function prepare(run: Run, step: StepState, startedAt: number, go: (prepared: PreparedStep) => void): void {
  let prepared: PreparedStep | Promise<PreparedStep>;
  try {
    prepared = prepareStep(run.host, run.state, step, startedAt, run.items.of);
  } catch (error) {
    settleResult(run, step, startedAt, failure(error, true));
    return;
  }
  if (!(prepared instanceof Promise)) {
    go(prepared);
    return;
  }
  const call = new StepCall(run, step);
  prepared.then(
    (ready) => call.proceed(() => go(ready)),
    (error: unknown) => call.proceed(() => settleResult(run, step, startedAt, failure(error, true))),
  );
}
