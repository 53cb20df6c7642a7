import { serialize } from 'node:v8';
import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { ChildPool } from './child-pool.ts';
import { failure, reportedFailure, unanswered } from './code-result.ts';

/** A value bound to a parameter. Booleans become 0 and 1. */
export type SqlParameter = null | boolean | number | bigint | string | Uint8Array;

/** One SQL statement on one SQLite file. */
export interface SqlRequest {
  /** Absolute real path, already checked against the files root. It is compared again when it is opened. */
  readonly file: string;
  /** Opens the file read-only; a writing statement then fails. */
  readonly readOnly: boolean;
  /** Exactly one statement. */
  readonly sql: string;
  readonly params?: readonly SqlParameter[] | Readonly<Record<string, SqlParameter>>;
  /** @default 10 000 */
  readonly maxRows?: number;
  /** JSON of the rows. @default 10 MiB */
  readonly maxBytes?: number;
  /** @default 30 s */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rows of a reading statement: integers beyond 2^53 are decimal text, bytes are base64. */
export interface SqlRows {
  readonly rows: readonly Readonly<Record<string, JsonValue>>[];
  readonly rowCount: number;
}

/** Effect of a writing statement. */
export interface SqlChanges {
  readonly changes: number;
  readonly lastInsertRowid: number | string;
}

/**
 * How a statement ended. `outcomeUnknown` in the details of a failure: it may have been committed before its process ended.
 */
export type SqlResult =
  | { readonly kind: 'succeeded'; readonly data: SqlRows | SqlChanges }
  | { readonly kind: 'failed'; readonly error: ErrorDetail };

const codes = { timeout: 'sql_timeout', aborted: 'sandbox_aborted', memory: 'sandbox_out_of_memory' } as const;
const defaults = { maxRows: 10_000, maxBytes: 10 * 1024 * 1024, timeoutMs: 30_000 };

/** Runs a statement in a child of `pool`. */
export async function runSqlIn(pool: ChildPool, request: SqlRequest): Promise<SqlResult> {
  const { file, readOnly, sql } = request;
  const { maxRows, maxBytes, timeoutMs } = { ...defaults, ...request };
  const outcome = await pool.run({
    head: { file, readOnly, sql, maxRows, maxBytes },
    body: serialize(bound(request.params ?? [])),
    timeoutMs,
    signal: request.signal,
    replayable: () => readOnly,
  });
  if (outcome.kind === 'answered') {
    if (outcome.head['cancelled'] === true) return failure('sandbox_aborted', 'The caller ended the call.');
    if (outcome.head['failure'] !== undefined) return reportedFailure(outcome.head['failure'], 'sql_error');
    return { kind: 'succeeded', data: JSON.parse(outcome.body.toString('utf8')) as SqlRows | SqlChanges };
  }
  const failed = unanswered(outcome, codes, timeoutMs);
  const begun = outcome.kind === 'timeout' || outcome.kind === 'crashed' || outcome.kind === 'aborted';
  if (readOnly || !begun) return failed;
  return { kind: 'failed', error: { ...failed.error, details: { ...failed.error.details, outcomeUnknown: true } } };
}

/** Integers travel as bigint: SQLite would take a JavaScript number for a real. */
function one(value: SqlParameter): SqlParameter {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return Number.isSafeInteger(value) ? BigInt(value as number) : value;
}

function bound(params: NonNullable<SqlRequest['params']>): unknown {
  if (Array.isArray(params)) return params.map(one);
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, one(value)]));
}
