import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { ChildExit } from './child-link.ts';
import type { CodeLog, CodeOutcome, CodeResult } from './code.ts';
import { isSandboxErrorCode, type SandboxErrorCode, sandboxErrors } from './errors.ts';
import type { PoolOutcome } from './pool-call.ts';

const maxMessage = 8192;
const maxDetails = 32_768;

/** A failure of this package as data. */
export function failure(
  code: SandboxErrorCode,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): { readonly kind: 'failed'; readonly error: ErrorDetail } {
  return { kind: 'failed', error: sandboxErrors.error(code, message, details && { details }).toDetail() };
}

/** What a child reported as failed. A forged report cannot become another code than one of `prefix` or a sandbox code. */
export function reportedFailure(value: unknown, fallback: SandboxErrorCode) {
  const report = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const code = isSandboxErrorCode(report['code']) ? report['code'] : fallback;
  const message = typeof report['message'] === 'string' ? report['message'].slice(0, maxMessage) : 'It failed.';
  const details = report['details'];
  const small = typeof details === 'object' && details !== null && JSON.stringify(details).length <= maxDetails;
  return failure(code, message, small ? (details as Record<string, unknown>) : undefined);
}

/** True when the child ended for want of memory, as far as this side can tell. */
export function endedByMemory(exit: ChildExit): boolean {
  return exit.reason === 'memory_limit' || exit.signal === 'SIGABRT' || exit.signal === 'SIGTRAP' || exit.code === 134;
}

/** The failure for a call that no child answered. */
export function unanswered(
  outcome: Exclude<PoolOutcome, { kind: 'answered' }>,
  codes: { readonly timeout: SandboxErrorCode; readonly aborted: SandboxErrorCode; readonly memory: SandboxErrorCode },
  timeoutMs: number,
) {
  switch (outcome.kind) {
    case 'timeout':
      return failure(codes.timeout, `It did not end within ${timeoutMs} ms and was killed.`);
    case 'aborted':
      return failure(codes.aborted, 'The caller ended the call.');
    case 'overloaded':
      return failure('sandbox_overloaded', 'Too many calls wait for the sandbox. Try again later.');
    case 'closed':
      return failure('sandbox_closed', 'The sandbox is closed.');
    case 'unavailable':
      return failure('sandbox_unavailable', outcome.message);
    case 'crashed':
      if (endedByMemory(outcome.exit)) return failure(codes.memory, 'It used more memory than allowed and was killed.');
      return failure('sandbox_crashed', `Its process ended (${describeExit(outcome.exit)}).`);
  }
}

/** An exit in a few words. */
export function describeExit(exit: ChildExit): string {
  return exit.reason ?? exit.signal ?? `exit code ${exit.code}`;
}

/** The answer of a child that ran code. */
export function codeResult(head: Readonly<Record<string, unknown>>, body: Buffer, maxOutputBytes: number): CodeResult {
  const logs = logsOf(head['logs']);
  const dropped = head['logsDropped'];
  return { ...outcomeOf(head, body, maxOutputBytes), logs, logsDropped: typeof dropped === 'number' ? dropped : 0 };
}

function outcomeOf(head: Readonly<Record<string, unknown>>, body: Buffer, maxOutputBytes: number): CodeOutcome {
  if (head['cancelled'] === true) return failure('code_aborted', 'The caller ended the call.');
  if (head['failure'] !== undefined) return reportedFailure(head['failure'], 'code_error');
  if (body.length > maxOutputBytes) {
    return failure('code_output_too_large', `The result exceeds ${maxOutputBytes} bytes of JSON.`);
  }
  try {
    return { kind: 'succeeded', data: JSON.parse(body.toString('utf8')) as JsonValue };
  } catch {
    return failure('code_output_not_json', 'The result is not JSON.');
  }
}

function logsOf(value: unknown): CodeLog[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 200).map((line: Partial<CodeLog> | null) => ({
    level: line?.level ?? 'log',
    message: String(line?.message).slice(0, 16_384),
  }));
}
