import type { ErrorKind } from '@conv3n/platform';

/** Exit codes of the command; stable, so scripts may rely on them. */
export const exitCode = {
  ok: 0,
  /** Something unexpected. */
  failure: 1,
  /** Wrong arguments, or an invalid file. */
  usage: 2,
  /** The server refused: not found, conflict, denied. */
  refused: 3,
  /** No server, no network, or it is overloaded. */
  unavailable: 4,
  /** An execution did not succeed. */
  executionFailed: 10,
  /** An execution is still open: waiting, or in doubt. */
  executionOpen: 11,
} as const;

const byKind: Partial<Record<ErrorKind, number>> = {
  invalid: exitCode.usage,
  unauthenticated: exitCode.refused,
  denied: exitCode.refused,
  not_found: exitCode.refused,
  conflict: exitCode.refused,
  precondition: exitCode.refused,
  too_large: exitCode.usage,
  exhausted: exitCode.unavailable,
  unavailable: exitCode.unavailable,
  timeout: exitCode.unavailable,
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
