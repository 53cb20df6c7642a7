import type { ErrorDetail } from '@conv3n/platform';
import {
  type BlockResult,
  defaultPort,
  mayRetry,
  retryDelay,
  type StepState,
  type StoredValue,
  stepRandom,
  wake,
} from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { at, type EmitOptions, type Run } from './run.ts';
import { reconcileStep } from './step-reconcile.ts';
import { boundedLogs, checkedResult, type StepResult } from './step-result.ts';
import { storable } from './storable.ts';

type Succeeded = Extract<BlockResult, { kind: 'succeeded' }>;
type Failed = Extract<BlockResult, { kind: 'failed' }>;

/** Kinds of errors after which an effect may or may not have happened. */
const unclear: ReadonlySet<string> = new Set(['timeout', 'unavailable', 'cancelled']);

/** Turns what became of an attempt into its event. */
export function settleResult(run: Run, step: StepState, startedAt: number, answer: StepResult): void {
  const result = checkedResult(answer);
  switch (result.kind) {
    case 'succeeded':
      settleSuccess(run, step, startedAt, result);
      return;
    case 'failed':
      settleFailure(run, step, startedAt, result);
      return;
    case 'not_happened':
      settleFailure(run, step, startedAt, { kind: 'failed', error: didNotHappen(step), beforeEffect: true });
      return;
    case 'unknown':
      if (step.node.effect === 'external') doubt(run, step, startedAt, result.reason);
      else settleFailure(run, step, startedAt, { kind: 'failed', error: unclearError(result.reason) });
  }
}

function settleSuccess(run: Run, step: StepState, startedAt: number, result: Succeeded): void {
  storable(
    run,
    step,
    result.data,
    (error) => settleFailure(run, step, startedAt, { kind: 'failed', error }),
    (data) => {
      const port = result.port === undefined || result.port === defaultPort ? {} : { port: result.port };
      run.emit(
        'step_succeeded',
        { ...at(step), data, ...port, ...attemptOf(step), ...msOf(run, startedAt), ...boundedLogs(result.logs) },
        durability(step),
      );
    },
  );
}

function settleFailure(run: Run, step: StepState, startedAt: number, result: Failed): void {
  const attempt = currentAttempt(step);
  const { retry, effect } = step.node;
  const answered = result.port === 'client_error' || result.port === 'server_error';
  if (effect === 'external' && step.killed) {
    if (result.beforeEffect) run.emit('step_cancelled', at(step), { durable: true });
    else if (answered) finalFailure(run, step, startedAt, result);
    else doubt(run, step, startedAt, `The call was stopped: ${result.error.message}`);
    return;
  }
  if (mayRetry(retry, effect, attempt, result) && retry && !run.state.ending) {
    const random = stepRandom(run.state.seed, `${step.node.id}/retry`, [...step.graph.iteration, attempt]);
    const retryAt = run.now() + retryDelay(retry, attempt, random, result.retryAfterMs);
    run.emit(
      'step_failed',
      {
        ...at(step),
        error: result.error,
        retryAt,
        ...attemptOf(step),
        ...msOf(run, startedAt),
        ...boundedLogs(result.logs),
      },
      { urgent: true },
    );
    armRetry(run, step, retryAt);
    return;
  }
  if (effect === 'external' && result.beforeEffect !== true && !answered && unclear.has(result.error.kind)) {
    doubt(run, step, startedAt, result.error.message);
    return;
  }
  finalFailure(run, step, startedAt, result);
}

function finalFailure(run: Run, step: StepState, startedAt: number, result: Failed): void {
  const emit = (data: StoredValue | undefined) =>
    run.emit(
      'step_failed',
      {
        ...at(step),
        error: result.error,
        ...(data !== undefined && { data }),
        ...(result.port !== undefined && { port: result.port }),
        ...attemptOf(step),
        ...msOf(run, startedAt),
        ...boundedLogs(result.logs),
      },
      durability(step),
    );
  if (result.data === undefined) emit(undefined);
  else storable(run, step, result.data, () => emit(undefined), emit);
}

/** The step fails before it did anything. */
export function refuse(run: Run, step: StepState, startedAt: number, error: ErrorDetail): void {
  settleResult(run, step, startedAt, { kind: 'failed', error, beforeEffect: true });
}

/** Asks the block when it can know, else records that nobody knows. */
function doubt(run: Run, step: StepState, startedAt: number, reason: string): void {
  if (step.node.reconciles) {
    reconcileStep(run, step, reason, (result) => settleReconciled(run, step, startedAt, reason, result));
    return;
  }
  recordDoubt(run, step, reason);
}

function settleReconciled(run: Run, step: StepState, startedAt: number, reason: string, result: StepResult): void {
  if (result.kind === 'succeeded') settleSuccess(run, step, startedAt, result);
  else if (result.kind === 'unknown') recordDoubt(run, step, result.reason || reason);
  else if (result.kind === 'not_happened') {
    settleFailure(run, step, startedAt, { kind: 'failed', error: didNotHappen(step), beforeEffect: true });
  } else finalFailure(run, step, startedAt, result);
}

/** Nobody can know whether the effect happened. */
export function recordDoubt(run: Run, step: StepState, reason: string): void {
  run.emit('step_in_doubt', { ...at(step), attempt: currentAttempt(step), reason }, { durable: true });
}

/** Fails a loop, a delay or a called workflow that is still open when its own timeout has passed. */
export function armStepTimeout(run: Run, step: StepState): void {
  const { timeoutMs, id } = step.node;
  if (timeoutMs === null || step.startedAt === null) return;
  run.alarm(step.startedAt + timeoutMs, () => {
    if (step.status !== 'running' && step.status !== 'waiting') return;
    const error = executorErrors.error('step_timeout', `Step ${id} did not end within ${timeoutMs} ms.`);
    run.emit('step_failed', { ...at(step), error: error.toDetail(), port: 'error' }, { urgent: true });
  });
}

/** Begins the next attempt when its time comes. */
export function armRetry(run: Run, step: StepState, retryAt: number): void {
  run.alarm(retryAt, () => {
    if (step.status !== 'waiting' || step.until !== retryAt) return;
    wake(run.state, step);
  });
}

/** The attempt under way: an external one was counted by its intent. */
export function currentAttempt(step: StepState): number {
  return step.intent ? step.attempts : step.attempts + 1;
}

function attemptOf(step: StepState): { readonly attempt?: number } {
  const attempt = currentAttempt(step);
  return attempt === 1 ? {} : { attempt };
}

function msOf(run: Run, startedAt: number): { readonly ms?: number } {
  const ms = run.now() - startedAt;
  return ms === 0 ? {} : { ms };
}

function durability(step: StepState): EmitOptions {
  return step.node.effect === 'pure' ? {} : { durable: true };
}

function didNotHappen(step: StepState): ErrorDetail {
  return executorErrors
    .error('step_timeout', `Step ${step.node.id} did not reach the other side; it says that nothing happened.`)
    .toDetail();
}

function unclearError(reason: string): ErrorDetail {
  return executorErrors.error('block_answer_invalid', `The block answered "unknown" to a run: ${reason}`).toDetail();
}
