import { type CallContext, type ErrorDetail, isConv3nError } from '@conv3n/platform';
import type { BlockCall, BlockResult, StepState } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { type Run, stepKey } from './run.ts';
import { StepCall } from './step-call.ts';
import { failure, type StepResult } from './step-result.ts';
import type { PreparedStep } from './step-scope.ts';

/** What a call is for. */
export interface CallPurpose {
  readonly operation: BlockCall['operation'];
  readonly startedAt: number;
  readonly data?: BlockCall['data'];
  readonly done: (result: StepResult) => void;
}

/** Calls the block of a step. */
export function invoke(run: Run, step: StepState, prepared: PreparedStep, purpose: CallPurpose): void {
  const { node } = step;
  const { done: finish } = purpose;
  if (step.killed && purpose.operation === 'run') {
    finish({ kind: 'failed', error: gaveUp(step), beforeEffect: true });
    return;
  }
  const handle = run.host.blocks.handle(node.type, node.agent);
  if (!handle) {
    finish(unavailable(step));
    return;
  }
  const call = new StepCall(run, step, purpose.operation !== 'run');
  const { platform } = run.host;
  const context: CallContext =
    node.timeoutMs === null
      ? { ...run.host.context, signal: call.signal }
      : { ...run.host.context, signal: call.signal, deadline: platform.clock.now() + node.timeoutMs };
  let answer: unknown;
  try {
    answer = handle.call(blockCall(run, step, prepared, purpose), context);
  } catch (error) {
    call.end();
    finish(failure(error, false));
    return;
  }
  if (!isPromise(answer)) {
    call.end();
    finish(answer as BlockResult);
    return;
  }
  call.watch(
    node.timeoutMs,
    () => finish(timedOut(step)),
    () => finish(killedResult(step)),
  );
  answer.then(
    (result) => call.proceed(() => finish(result as BlockResult)),
    (error: unknown) => call.proceed(() => finish(ranOut(error, context) ? timedOut(step) : failure(error, false))),
  );
}

/** The service's own clock may notice the step's deadline before ours does; both mean the step's timeout. */
function ranOut(error: unknown, { deadline }: CallContext): boolean {
  return deadline !== undefined && isConv3nError(error, 'service_timeout');
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function blockCall(run: Run, step: StepState, prepared: PreparedStep, purpose: CallPurpose): BlockCall {
  const { state } = run;
  const attempt = step.node.effect === 'external' || purpose.operation !== 'run' ? step.attempts : step.attempts + 1;
  return {
    operation: purpose.operation,
    config: prepared.config,
    input: prepared.input,
    ...(prepared.roots && { roots: prepared.roots }),
    step: {
      executionId: state.id,
      workflowId: state.workflowId,
      workflowVersion: state.workflowVersion,
      node: step.node.id,
      iteration: step.graph.iteration,
      attempt,
      idempotencyKey: stepKey(state, step),
    },
    startedAt: purpose.startedAt,
    ...(purpose.data !== undefined && { data: purpose.data }),
  };
}

function unavailable(step: StepState): StepResult {
  const { type, agent } = step.node;
  const where = agent === null ? '' : ` on agent ${agent}`;
  const error = executorErrors.error(
    'block_unavailable',
    `Block ${type} of node ${step.node.id} is not available${where}. Start the plugin or agent that offers it.`,
  );
  return { kind: 'failed', error: error.toDetail(), beforeEffect: true };
}

function gaveUp(step: StepState): ErrorDetail {
  return executorErrors.error('step_cancelled', `Step ${step.node.id} was given up before it began.`).toDetail();
}

function timedOut(step: StepState): StepResult {
  const error = executorErrors.error(
    'step_timeout',
    `Step ${step.node.id} did not answer within ${step.node.timeoutMs} ms. Raise its timeout if that is normal.`,
  );
  return { kind: 'failed', error: error.toDetail() };
}

function killedResult(step: StepState): StepResult {
  return { kind: 'unknown', reason: `Step ${step.node.id} was stopped while its call was under way.` };
}
