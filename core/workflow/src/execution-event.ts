import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { BlockLog } from './block.ts';
import type { BlobReference, ExecutionTrigger } from './execution.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** A value in an event: inline JSON, or a reference to a blob when its JSON is larger than the spill threshold. */
export type StoredValue = JsonValue | BlobReference;

/** Where a step stands: `i` is the iteration path, left out at the top level to keep events small. */
interface At {
  readonly node: string;
  readonly i?: readonly number[];
}

/**
 * The events of an execution's stream `execution-<id>`. Event time is the envelope's. Skipped steps, joins and statuses are derived by
 * the fold, never stored. A pure or idempotent step leaves one event, its outcome; an external step leaves its intent first.
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
        /** Seeds recorded randomness. */
        readonly seed: number;
        readonly queued?: true;
        /** Outcomes taken over from an earlier execution by a retry from a node. */
        readonly carried?: Readonly<Record<string, { readonly data: StoredValue; readonly port: string | null }>>;
      };
    }
  | { readonly type: 'execution_admitted'; readonly data: Record<string, never> }
  | { readonly type: 'step_started'; readonly data: At & { readonly attempt: number; readonly key: string } }
  | {
      readonly type: 'step_succeeded';
      readonly data: At & {
        readonly data: StoredValue;
        /** Left out for the port `default`. */
        readonly port?: string;
        /** Left out when 1. */
        readonly attempt?: number;
        /** Start, milliseconds before the event's time; left out when 0. */
        readonly ms?: number;
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
      /** A run of finished iterations of a loop; `steps` holds, per iteration from `from` on, the outcome of each body node that ran. */
      readonly type: 'iterations_finished';
      readonly data: At & { readonly from: number; readonly to: number; readonly steps: StoredValue };
    }
  | { readonly type: 'child_started'; readonly data: At & { readonly executionId: string } }
  | { readonly type: 'execution_cancel_requested'; readonly data: { readonly by: string } }
  | { readonly type: 'execution_succeeded'; readonly data: { readonly output: StoredValue } }
  | { readonly type: 'execution_failed'; readonly data: { readonly error: ErrorDetail; readonly node?: string } }
  | { readonly type: 'execution_cancelled'; readonly data: Record<string, never> }
  | { readonly type: 'execution_timed_out'; readonly data: Record<string, never> };
