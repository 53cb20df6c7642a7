import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { BlockLog } from './block.ts';
import type { BlobReference, ExecutionTrigger } from './execution.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** A value in an event: inline JSON, or a reference to a blob when its JSON is larger than the spill threshold. */
export type StoredValue = JsonValue | BlobReference;

/** When it happened: milliseconds since the execution's `at`; left out when 0. The fold reads this and never the envelope, so a replay equals the run. */
interface When {
  readonly t?: number;
}

/** Where a step stands: `i` is the iteration path, left out at the top level to keep events small. */
interface At extends When {
  readonly node: string;
  readonly i?: readonly number[];
}

/**
 * The events of an execution's stream `execution-<id>`. Skipped steps, joins and statuses are derived by the fold, never stored.
 * A pure or idempotent step leaves one event, its outcome; an external step leaves its intent first. An inline value never has
 * `$blob` as its own key: such values are always kept as blobs, so nobody can forge a reference.
 */
export type ExecutionEvent =
  | {
      readonly type: 'execution_started';
      readonly data: {
        readonly workflowId: string | null;
        readonly workflowVersion: number | null;
        /** Only for an unsaved workflow. */
        readonly definition?: WorkflowFile;
        readonly name: string;
        readonly trigger: ExecutionTrigger;
        readonly input: StoredValue;
        /** Time of the start, milliseconds since the Unix epoch. */
        readonly at: number;
        /** How many executions called one another to get here; left out when 0. */
        readonly depth?: number;
        /** Seeds recorded randomness. */
        readonly seed: number;
        readonly queued?: true;
        /** Outcomes taken over from an earlier execution by a retry from a node. */
        readonly carried?: Readonly<Record<string, { readonly data: StoredValue; readonly port: string | null }>>;
      };
    }
  | { readonly type: 'execution_admitted'; readonly data: When }
  | { readonly type: 'step_started'; readonly data: At & { readonly attempt: number; readonly key: string } }
  | {
      readonly type: 'step_succeeded';
      readonly data: At & {
        /** Null for a trigger node, whose data is the execution's input. */
        readonly data: StoredValue;
        /** Left out for the port `default`. */
        readonly port?: string;
        /** Left out when 1. */
        readonly attempt?: number;
        /** Start, milliseconds before the event's time; left out when 0. */
        readonly ms?: number;
        /** An execution-scoped variable this step wrote; `data` is its value. */
        readonly variable?: { readonly name: string; readonly expiresAt?: number };
        readonly logs?: readonly BlockLog[];
      };
    }
  | {
      readonly type: 'step_failed';
      readonly data: At & {
        readonly error: ErrorDetail;
        readonly data?: StoredValue;
        readonly port?: string;
        readonly attempt?: number;
        readonly ms?: number;
        /** Time of the next attempt; left out when there is none. */
        readonly retryAt?: number;
        readonly logs?: readonly BlockLog[];
      };
    }
  | { readonly type: 'step_waiting'; readonly data: At & { readonly until: number } }
  | { readonly type: 'step_in_doubt'; readonly data: At & { readonly attempt: number; readonly reason: string } }
  | {
      readonly type: 'step_decided';
      readonly data: At & {
        readonly decision: 'retry' | 'skip' | 'fail' | 'succeed';
        readonly data?: StoredValue;
        readonly by: string;
      };
    }
  | { readonly type: 'step_cancelled'; readonly data: At }
  | { readonly type: 'step_compensated'; readonly data: At & { readonly error?: ErrorDetail } }
  | {
      /** A loop evaluated its items; `items` only when evaluating them again could give others. */
      readonly type: 'loop_started';
      readonly data: At & { readonly count: number; readonly items?: StoredValue };
    }
  | {
      /** A run of finished iterations of a loop; `steps` holds an {@link IterationRows}. `to` is exclusive. */
      readonly type: 'iterations_finished';
      readonly data: At & { readonly from: number; readonly to: number; readonly steps: StoredValue };
    }
  | { readonly type: 'child_started'; readonly data: At & { readonly executionId: string } }
  | {
      /** From here on no step starts; the terminal event follows. `timeout`: the workflow's own timeout passed. */
      readonly type: 'execution_cancel_requested';
      readonly data: When & { readonly by: string; readonly reason?: 'timeout' };
    }
  | { readonly type: 'execution_succeeded'; readonly data: When & { readonly output: StoredValue } }
  | { readonly type: 'execution_failed'; readonly data: When & { readonly error: ErrorDetail; readonly node?: string } }
  | { readonly type: 'execution_cancelled'; readonly data: When }
  | { readonly type: 'execution_timed_out'; readonly data: When };

/**
 * The outcome of a body node in one iteration, by position: data, port (`default` when left out), error.
 * Null: skipped.
 */
export type IterationCell = null | readonly [data: StoredValue, port?: string, error?: ErrorDetail | null];

/** Compact outcomes of consecutive iterations: one row per iteration, one cell per id in `nodes`. */
export interface IterationRows {
  readonly nodes: readonly string[];
  readonly rows: readonly (readonly IterationCell[])[];
}
