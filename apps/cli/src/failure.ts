import { isConv3nError } from '@conv3n/platform';
import type { ApiViolation } from '@conv3n/sdk';
import { CommanderError } from 'commander';
import { exitCode, exitCodeOf } from './exit-code.ts';
import { paint, printable } from './style.ts';

/** A failed command, as `--json` prints it under `error`. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly kind: string;
  readonly retryable: boolean;
  readonly violations?: readonly ApiViolation[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly request_id?: string;
}

/** Writes a failure to stderr, as a sentence or as JSON, and sets the exit code. */
export function reportFailure(error: unknown, json: boolean): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const failure = toFailure(error);
  process.exitCode = failure.code === 'usage' ? exitCode.usage : exitCodeOf(failure.kind);
  if (json) process.stderr.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
  else if (!(error instanceof CommanderError)) process.stderr.write(`${failureText(failure)}\n`);
}

function failureText({ code, message, violations = [], request_id }: Failure): string {
  const details = violations.map(({ path, message: what }) => `  ${path || '(root)'}: ${what}`);
  const facts = `  code: ${code}${request_id === undefined ? '' : `, request: ${request_id}`}`;
  // The message already is the single violation: `path: what`, or the sentence itself.
  const [only] = violations;
  const said = only !== undefined && (message.includes(only.message) || message.includes(`${only.path}: `));
  const shown = details.length === 1 && said ? [] : details;
  return [
    `${paint('red', 'error', process.stderr)} ${printable(message)}`,
    ...shown.map(printable),
    paint('dim', facts, process.stderr),
  ].join('\n');
}

function toFailure(error: unknown): Failure {
  if (isConv3nError(error)) return { ...error.toDetail() };
  if (error instanceof CommanderError) return usageFailure(error);
  if (isApiError(error)) {
    // What our own fetch said about an unreachable server is more than what the client knows.
    if (isConv3nError(error.cause)) return { ...error.cause.toDetail() };
    const { code, message, kind, retryable, violations, details, requestId } = error;
    return {
      code,
      message,
      kind: kind ?? (error.status === 0 ? 'unavailable' : 'internal'),
      retryable,
      ...(violations.length > 0 && { violations }),
      ...(Object.keys(details).length > 0 && { details }),
      ...(requestId !== undefined && { request_id: requestId }),
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal_error', message, kind: 'internal', retryable: false };
}

function usageFailure(error: CommanderError): Failure {
  const missing = error.code === 'commander.help' || error.code === 'commander.helpDisplayed';
  const message = missing
    ? 'A command is missing. --help lists them.'
    : error.message.replace(/^error: /, '').replace(/\s+/g, ' ');
  return { code: 'usage', message, kind: 'invalid', retryable: false };
}

interface ApiErrorLike extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly kind: string | undefined;
  readonly violations: readonly ApiViolation[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
}

/** By name, so that the client is loaded only by commands that use it. */
function isApiError(error: unknown): error is ApiErrorLike {
  return error instanceof Error && error.name === 'Conv3nApiError';
}
