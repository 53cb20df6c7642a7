import type { ErrorKind } from '@conv3n/platform';

/** Exit codes of the command; stable, so scripts may rely on them. */
export const exitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  refused: 3,
  unavailable: 4,
  executionFailed: 10,
  executionOpen: 11,
  interrupted: 130,
} as const;

/** What each code says, as the help and the README show it. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCode, string>> = {
  ok: 'Done. An execution succeeded.',
  failure: 'Something unexpected happened.',
  usage: 'Wrong arguments, or an invalid file.',
  refused: 'The server refused: not found, conflict, denied.',
  unavailable: 'No server, no network, or it is overloaded.',
  executionFailed: 'The execution failed, was cancelled or timed out.',
  executionOpen: 'The execution is still open: it waits, or a step is in doubt.',
  interrupted: 'Ctrl+C ended the command.',
};

const byKind: Readonly<Record<ErrorKind, number>> = {
  invalid: exitCode.usage,
  too_large: exitCode.usage,
  unsupported: exitCode.usage,
  unauthenticated: exitCode.refused,
  denied: exitCode.refused,
  not_found: exitCode.refused,
  conflict: exitCode.refused,
  precondition: exitCode.refused,
  misdirected: exitCode.refused,
  exhausted: exitCode.unavailable,
  unavailable: exitCode.unavailable,
  timeout: exitCode.unavailable,
  cancelled: exitCode.interrupted,
  internal: exitCode.failure,
};

/** The exit code for an error of this kind. */
export function exitCodeOf(kind: string | undefined): number {
  return byKind[kind as ErrorKind] ?? exitCode.failure;
}

/** The exit code for an execution in this status. */
export function exitCodeOfStatus(status: string): number {
  if (status === 'succeeded') return exitCode.ok;
  return ['failed', 'cancelled', 'timed_out'].includes(status) ? exitCode.executionFailed : exitCode.executionOpen;
}
