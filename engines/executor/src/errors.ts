import { defineErrors } from '@conv3n/platform';

/** Every error code the executor gives, as the error of a step, of an execution, or of a call. */
export const executorErrors = defineErrors({
  too_many_executions: {
    kind: 'exhausted',
    description: 'As many executions run and wait as allowed; try again after `details.retry_after_ms`.',
  },
  execution_not_found: { kind: 'not_found', description: 'No execution has this id.' },
  execution_exists: { kind: 'conflict', description: 'An execution with this id was started before.' },
  execution_ended: { kind: 'conflict', description: 'The execution has ended; nothing can change it.' },
  execution_open: { kind: 'conflict', description: 'The execution has not ended yet.' },
  step_not_found: { kind: 'not_found', description: 'The execution has no such step.' },
  step_not_in_doubt: { kind: 'conflict', description: 'Only a step in doubt can be decided.' },
  executor_draining: { kind: 'unavailable', description: 'The server is stopping and starts nothing new.' },
  executor_misconfigured: {
    kind: 'internal',
    description: 'The executor was given stores that cannot commit together.',
  },
  nothing_to_run: { kind: 'invalid', description: 'A start names neither a workflow nor a definition.' },
  input_too_large: { kind: 'too_large', description: 'The input of an execution is larger than allowed.' },
  input_not_json: { kind: 'invalid', description: 'The input of an execution is not JSON.' },
  block_unavailable: { kind: 'unavailable', description: 'No plugin or agent offers the block of this node now.' },
  block_failed: { kind: 'internal', description: 'The block threw instead of answering.' },
  block_answer_invalid: { kind: 'internal', description: 'The block answered something that is not a block result.' },
  step_timeout: { kind: 'timeout', description: 'One attempt of the step took longer than its timeout.' },
  step_cancelled: { kind: 'cancelled', description: 'The step was given up before it began.' },
  step_in_doubt: {
    kind: 'unavailable',
    retryable: false,
    description: 'Nobody can know whether the step had its effect; it waits for a decision.',
  },
  output_not_json: { kind: 'invalid', description: 'The block gave data that is not JSON.' },
  output_too_large: { kind: 'too_large', description: 'The block gave more data than a step may hold.' },
  loop_items_invalid: { kind: 'invalid', description: 'The items of a loop are not a list, or too many.' },
  delay_invalid: { kind: 'invalid', description: 'A delay has neither a valid duration nor a valid moment.' },
  variable_invalid: { kind: 'invalid', description: 'The name, scope or time to live of a variable is not valid.' },
  workflow_call_failed: { kind: 'internal', description: 'The called workflow ended without success.' },
  workflow_call_too_deep: { kind: 'invalid', description: 'Workflows call one another more deeply than allowed.' },
  execution_broken: { kind: 'internal', description: 'The execution cannot go on, because its history does not fit.' },
});
