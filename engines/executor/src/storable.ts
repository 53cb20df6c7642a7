import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { StepState, StoredValue } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { checkJson } from './json-check.ts';
import type { Run } from './run.ts';
import { StepCall } from './step-call.ts';
import { failure } from './step-result.ts';

/**
 * Gives the value as it stands in an event: itself, or a reference once its blob is stored. Synchronous for small values.
 * The value is checked: `output_not_json`, `output_too_large`, or the blob store's error goes to `refuse`.
 */
export function storable(
  run: Run,
  step: StepState,
  value: unknown,
  refuse: (error: ErrorDetail) => void,
  accept: (value: StoredValue) => void,
): void {
  const { limits, values } = run.host;
  const checked = checkJson(value, limits.maxStepBytes);
  if (checked.kind !== 'json') {
    refuse(outputError(step, checked, limits.maxStepBytes));
    return;
  }
  if (!values.mustSpill(checked.value, checked.size)) {
    accept(checked.value as JsonValue);
    return;
  }
  const call = new StepCall(run, step);
  values.spill(run.id, checked.value).then(
    (reference) => call.proceed(() => accept(reference)),
    (error: unknown) => call.proceed(() => refuse(failure(error, false).error)),
  );
}

function outputError(
  step: StepState,
  checked: { readonly kind: 'not_json'; readonly problem: string } | { readonly kind: 'too_large' },
  maxBytes: number,
): ErrorDetail {
  return (
    checked.kind === 'too_large'
      ? executorErrors.error(
          'output_too_large',
          `The data of step ${step.node.id} is larger than ${maxBytes} bytes of JSON.`,
        )
      : executorErrors.error('output_not_json', `The data of step ${step.node.id} is not JSON: ${checked.problem}.`)
  ).toDetail();
}
