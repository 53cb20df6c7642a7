import type { JsonValue } from '@conv3n/platform';
import {
  type EndCommand,
  endCommand,
  type IterationResult,
  isBlob,
  type StepState,
  type StoredValue,
} from '@conv3n/workflow';
import { invoke } from './block-call.ts';
import { checkJson } from './json-check.ts';
import { resultValue } from './result-value.ts';
import { at, type Run } from './run.ts';
import { StepCall } from './step-call.ts';
import { checkedResult, failure, type StepResult } from './step-result.ts';
import { prepareStep } from './step-scope.ts';
import { inline } from './value-store.ts';

/** Ends the execution once its graph is over, undoing what has to be undone before. */
export function endExecution(run: Run): void {
  if (run.ending) return;
  const command = endCommand(run.state);
  if (!command) return;
  switch (command.kind) {
    case 'succeed':
      succeedExecution(run, command.result);
      return;
    case 'compensate':
      compensate(run, command.step);
      return;
    default:
      emitEnd(run, command);
  }
}

function emitEnd(run: Run, command: EndCommand): void {
  if (command.kind === 'fail') run.emit('execution_failed', { error: command.error, node: command.node });
  else if (command.kind === 'cancel') run.emit('execution_cancelled', {});
  else if (command.kind === 'time_out') run.emit('execution_timed_out', {});
}

function succeedExecution(run: Run, result: IterationResult): void {
  const sinks = 'sinks' in result ? result.sinks : [];
  const [only] = sinks;
  if (!only || sinks.length === 1) {
    run.emit('execution_succeeded', { output: only ? only[1] : null });
    return;
  }
  const { values, limits } = run.host;
  const blobs = sinks.map(([, data]) => data).filter((data) => isBlob(data));
  if (blobs.length === 0) {
    const output = resultValue(result, inline);
    const checked = checkJson(output, limits.maxStepBytes * sinks.length);
    if (checked.kind === 'json' && !values.mustSpill(output, checked.size)) {
      run.emit('execution_succeeded', { output });
      return;
    }
  }
  run.ending = true;
  values
    .loadAll(run.id, blobs)
    .then((load: (value: StoredValue) => JsonValue) => values.spill(run.id, resultValue(result, load)))
    .then(
      (output) => end(run, () => run.emit('execution_succeeded', { output })),
      (error: unknown) => end(run, () => run.breakDown(error)),
    );
}

function end(run: Run, emit: () => void): void {
  run.ending = false;
  if (run.closed) return;
  emit();
  run.pump();
}

/** Undoes one step. The call is an effect: it begins when the decision to stop is durable, and is repeated after a crash. */
function compensate(run: Run, step: StepState): void {
  if (!run.durable) {
    run.hurry();
    return;
  }
  run.ending = true;
  const startedAt = step.startedAt ?? run.now();
  const done = (answer: StepResult): void => {
    const result = checkedResult(answer);
    run.ending = false;
    const error =
      result.kind === 'failed'
        ? result.error
        : result.kind === 'succeeded'
          ? undefined
          : {
              code: 'step_in_doubt',
              message: `Nobody knows whether ${step.node.id} was undone.`,
              retryable: false,
              kind: 'unavailable' as const,
            };
    run.emit('step_compensated', { ...at(step), ...(error && { error }) }, { durable: true });
  };
  const call = new StepCall(run, step, true);
  Promise.all([
    prepareStep(run.host, run.state, step, startedAt, run.items.of),
    run.host.values.load(run.id, step.data),
  ]).then(
    ([prepared, data]) =>
      call.proceed(() => invoke(run, step, prepared, { operation: 'compensate', startedAt, data, done })),
    (error: unknown) => call.proceed(() => done(failure(error, true))),
  );
}
