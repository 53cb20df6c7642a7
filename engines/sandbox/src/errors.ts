import { defineErrors } from '@conv3n/platform';

/** Every failure the sandbox reports. Failures of user code are returned in results; only misuse of the API throws. */
export const sandboxErrors = defineErrors({
  code_error: { kind: 'invalid', description: 'The user code threw, or its module has no default function.' },
  code_syntax_error: { kind: 'invalid', description: 'The user code is not valid JavaScript or TypeScript.' },
  code_timeout: { kind: 'timeout', description: 'The user code ran longer than its time limit.', retryable: false },
  code_out_of_memory: { kind: 'exhausted', description: 'The user code exceeded its memory limit.', retryable: false },
  code_stack_overflow: { kind: 'invalid', description: 'The user code recursed too deeply.' },
  code_hanging: { kind: 'invalid', description: 'The user code awaits a promise that nothing can settle.' },
  code_exited: { kind: 'invalid', description: 'The user code ended its process before it returned a result.' },
  code_output_not_json: { kind: 'invalid', description: 'The result of the user code is not JSON.' },
  code_output_too_large: { kind: 'too_large', description: 'The result of the user code exceeds the size limit.' },
  code_import_refused: { kind: 'invalid', description: 'The user code imports a module it may not use.' },
  code_aborted: { kind: 'cancelled', description: 'The caller ended the run of the user code.' },
  sql_error: { kind: 'invalid', description: 'SQLite refused the statement.' },
  sql_denied: { kind: 'denied', description: 'The statement does something that is not allowed here.' },
  sql_multiple_statements: { kind: 'invalid', description: 'The text holds more than one statement.' },
  sql_path_changed: { kind: 'denied', description: 'The database file is not the file that was checked.' },
  sql_result_too_large: { kind: 'too_large', description: 'The result exceeds the limit of rows or bytes.' },
  sql_timeout: { kind: 'timeout', description: 'The statement ran longer than its time limit.', retryable: false },
  jsonata_error: { kind: 'invalid', description: 'The JSONata expression is wrong or failed on this input.' },
  jsonata_result_too_large: { kind: 'too_large', description: 'The result of the expression exceeds the size limit.' },
  jsonata_timeout: { kind: 'timeout', description: 'The expression ran longer than its time limit.', retryable: false },
  regex_error: { kind: 'invalid', description: 'The regular expression is not valid.' },
  regex_result_too_large: { kind: 'too_large', description: 'The matches exceed the size limit.' },
  regex_timeout: { kind: 'timeout', description: 'The regular expression ran too long.', retryable: false },
  sandbox_aborted: { kind: 'cancelled', description: 'The caller ended the call.' },
  sandbox_closed: { kind: 'unavailable', description: 'The sandbox was closed.', retryable: false },
  sandbox_crashed: { kind: 'unavailable', description: 'The process that ran the call ended unexpectedly.' },
  sandbox_out_of_memory: { kind: 'exhausted', description: 'The call used too much memory.', retryable: false },
  sandbox_overloaded: { kind: 'exhausted', description: 'Too many calls wait for the sandbox.' },
  sandbox_unavailable: { kind: 'unavailable', description: 'The processes of the sandbox do not start.' },
  invalid_sandbox_options: { kind: 'invalid', description: 'An option of the sandbox is out of range.' },
});

/** A code of this package. */
export type SandboxErrorCode = keyof typeof sandboxErrors.definitions & string;

/** True for a string that is a code of this package; children may be forged, so their codes are checked. */
export function isSandboxErrorCode(code: unknown): code is SandboxErrorCode {
  return typeof code === 'string' && Object.hasOwn(sandboxErrors.definitions, code);
}
