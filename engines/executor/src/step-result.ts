import { type ErrorDetail, isConv3nError, isRecord } from '@conv3n/platform';
import type { BlockLog, BlockResult } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';

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
      return answer as unknown as StepResult;
    }
    if (answer.kind === 'not_happened' || answer.kind === 'unknown') return answer as unknown as StepResult;
  }
  const error = executorErrors.error('block_answer_invalid', 'The block answered something that is no block result.');
  return { kind: 'failed', error: error.toDetail() };
}

const maxLogs = 100;
const maxLogLength = 2000;

/** The lines of a step that fit into its event. */
export function boundedLogs(logs: readonly BlockLog[] | undefined): { readonly logs?: readonly BlockLog[] } {
  if (!logs || logs.length === 0) return {};
  return {
    logs: logs
      .slice(0, maxLogs)
      .map(({ level, message }) => ({ level, message: String(message).slice(0, maxLogLength) })),
  };
}
