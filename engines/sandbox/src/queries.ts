import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { ChildPool } from './child-pool.ts';
import { failure, reportedFailure, unanswered } from './code-result.ts';
import type { SandboxErrorCode } from './errors.ts';
import type { PoolOutcome } from './pool-call.ts';
import { jsonText } from './quickjs-code.ts';

/** One JSONata evaluation. */
export interface JsonataRequest {
  readonly expression: string;
  readonly input: unknown;
  /** Clock and random seed the expression sees, for results that repeat. @default the machine's */
  readonly recorded?: { readonly nowMs: number; readonly seed: number };
  /** @default 5 s */
  readonly timeoutMs?: number;
  /** JSON of the result. @default 10 MiB */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** One regular expression on one text, in the syntax of JavaScript. */
export interface RegexRequest {
  readonly operation: 'test' | 'match' | 'replace' | 'split';
  readonly pattern: string;
  /** @default '' */
  readonly flags?: string;
  readonly input: string;
  /** For `replace`. @default '' */
  readonly replacement?: string;
  /** For `match`. @default 10 000 */
  readonly maxMatches?: number;
  /** @default 1 s */
  readonly timeoutMs?: number;
  /** JSON of the result. @default 10 MiB */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What `match` finds. */
export interface RegexMatch {
  readonly match: string;
  readonly index: number;
  readonly groups: readonly (string | null)[];
  readonly named: Readonly<Record<string, string>>;
}

/** How a query ended. An expression without a result gives null. */
export type QueryResult =
  | { readonly kind: 'succeeded'; readonly data: JsonValue }
  | { readonly kind: 'failed'; readonly error: ErrorDetail };

const defaultMaxBytes = 10 * 1024 * 1024;

/** Evaluates JSONata in a child of `pool`. */
export async function evaluateJsonataIn(pool: ChildPool, request: JsonataRequest): Promise<QueryResult> {
  const input = jsonText(request.input);
  if (input === undefined) return failure('jsonata_error', 'The input of the expression is not JSON.');
  const timeoutMs = request.timeoutMs ?? 5000;
  const head = {
    kind: 'jsonata',
    expressionLength: request.expression.length,
    recorded: request.recorded,
    maxBytes: request.maxBytes ?? defaultMaxBytes,
  };
  const call = { head, body: request.expression + input, timeoutMs, signal: request.signal, replayable: () => true };
  return queryResult(await pool.run(call), 'jsonata', timeoutMs);
}

/** Applies a regular expression in a child of `pool`. */
export async function evaluateRegexIn(pool: ChildPool, request: RegexRequest): Promise<QueryResult> {
  const timeoutMs = request.timeoutMs ?? 1000;
  const { operation, pattern, input, flags = '', replacement = '', maxMatches = 10_000 } = request;
  const body = JSON.stringify({ operation, pattern, input, flags, replacement, maxMatches });
  const head = { kind: 'regex', maxBytes: request.maxBytes ?? defaultMaxBytes };
  const outcome = await pool.run({ head, body, timeoutMs, signal: request.signal, replayable: () => true });
  return queryResult(outcome, 'regex', timeoutMs);
}

function queryResult(outcome: PoolOutcome, kind: 'jsonata' | 'regex', timeoutMs: number): QueryResult {
  if (outcome.kind !== 'answered') {
    const timeout: SandboxErrorCode = `${kind}_timeout`;
    const codes = { timeout, aborted: 'sandbox_aborted', memory: 'sandbox_out_of_memory' } as const;
    return unanswered(outcome, codes, timeoutMs);
  }
  if (outcome.head['cancelled'] === true) return failure('sandbox_aborted', 'The caller ended the call.');
  if (outcome.head['failure'] !== undefined) return reportedFailure(outcome.head['failure'], `${kind}_error`);
  return { kind: 'succeeded', data: JSON.parse(outcome.body.toString('utf8')) as JsonValue };
}
