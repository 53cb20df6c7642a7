import { type JsonValue, toConv3nError } from '@conv3n/platform';
import type { BlockResult } from '@conv3n/workflow';
import type { SecretScrubber } from './secret-scrubber.ts';

type Failed = Extract<BlockResult, { kind: 'failed' }>;

/** A step that went well. */
export function succeeded(data: JsonValue): BlockResult {
  return { kind: 'succeeded', data };
}

/** A step that went wrong, from whatever was thrown. */
export function failed(error: unknown, rest: Partial<Omit<Failed, 'kind' | 'error'>> = {}): Failed {
  return { kind: 'failed', error: toConv3nError(error).toDetail(), ...rest };
}

/** The result without secrets in what a step stores: data, logs, and the error's text and details. */
export function scrubResult(result: BlockResult, scrub: SecretScrubber): BlockResult {
  switch (result.kind) {
    case 'succeeded':
      return { ...result, data: scrub(result.data), ...(result.logs && { logs: scrub(result.logs) }) };
    case 'failed': {
      const { error } = result;
      return {
        ...result,
        error: {
          ...error,
          message: scrub(error.message),
          ...(error.violations && { violations: scrub(error.violations) }),
          ...(error.details && { details: scrub(error.details) }),
        },
        ...(result.data !== undefined && { data: scrub(result.data) }),
        ...(result.logs && { logs: scrub(result.logs) }),
      };
    }
    default:
      return result;
  }
}
