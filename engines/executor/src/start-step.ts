import type { StepState } from '@conv3n/workflow';
import { invoke } from './block-call.ts';
import { startControl } from './control-steps.ts';
import type { Run } from './run.ts';
import { settleResult } from './settle-result.ts';
import { prepare } from './step-prepare.ts';

/** Runs a claimed step: interprets a control block, or calls the block. An external step's intent is durable by now. */
export function startStep(run: Run, step: StepState): void {
  if (step.node.control) {
    startControl(run, step);
    return;
  }
  const startedAt = run.now();
  prepare(run, step, startedAt, (prepared) =>
    invoke(run, step, prepared, {
      operation: 'run',
      startedAt,
      done: (result) => settleResult(run, step, startedAt, result),
    }),
  );
}
