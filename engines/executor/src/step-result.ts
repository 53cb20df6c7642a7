import { type ErrorDetail, isConv3nError, isRecord } from '@conv3n/platform';
import type { BlockLog, BlockResult } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { checkJson } from './json-check.ts';

/** What became of a call: a block's own result, or one the executor made in its place. */
export type StepResult = BlockResult;

/** A thrown value as the failed result it equals. */
export function failure(thrown: unknown, beforeEffect: boolean): Extract<BlockResult, { kind: 'failed' }> {
  return { kind: 'failed', error: detailOf(thrown), beforeEffect };
}

function detailOf(thrown: unknown): ErrorDetail {
  if (isConv3nError(thrown)) return thrown.toDetail();
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return executorErrors.error('block_failed', `The block threw: ${reason || 'an error without a message'}`).toDetail();
}

/** Anything a block answered as a result; what is none fails the step. */
export function checkedResult(answer: unknown): StepResult {
  if (isRecord(answer)) {
    if (answer.kind === 'succeeded' && (answer.port === undefined || typeof answer.port === 'string')) {
      return answer as unknown as StepResult;
    }
    if (answer.kind === 'failed' && isRecord(answer.error) && typeof answer.error.code === 'string') {
      return { ...answer, error: boundedError(answer.error as unknown as ErrorDetail) } as unknown as StepResult;
    }
    if (answer.kind === 'not_happened') return { kind: 'not_happened' };
    if (answer.kind === 'unknown') return { kind: 'unknown', reason: cut(String(answer.reason), maxMessageLength) };
  }
  const error = executorErrors.error('block_answer_invalid', 'The block answered something that is no block result.');
  return { kind: 'failed', error: error.toDetail() };
}

const maxMessageLength = 4000;
const maxDetailsLength = 16_000;
const maxViolations = 50;

/** An error that fits into an event: a long message is cut, details that are too large or not JSON are dropped. */
function boundedError(error: ErrorDetail): ErrorDetail {
  const { code, message, retryable, kind, violations, details } = error;
  const checked = details === undefined ? undefined : checkJson(details, maxDetailsLength);
  return {
    code: code.slice(0, 100),
    message: cut(String(message), maxMessageLength),
    retryable: retryable === true,
    kind: kind ?? 'internal',
    ...(violations && { violations: violations.slice(0, maxViolations) }),
    ...(checked?.kind === 'json' && { details: checked.value as Readonly<Record<string, unknown>> }),
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}

const maxLogLength = 2000;
const maxLogsLength = 20_000;

/** The first lines of a step that fit into its event. */
export function boundedLogs(logs: readonly BlockLog[] | undefined): { readonly logs?: readonly BlockLog[] } {
  if (!logs || logs.length === 0) return {};
  const kept: BlockLog[] = [];
  let length = 0;
  for (const { level, message } of logs) {
    const text = cut(String(message), maxLogLength);
    length += text.length + 50;
    if (length > maxLogsLength) break;
    kept.push({ level, message: text });
  }
  return { logs: kept };
}
