import type { AtomicWrite } from '@conv3n/platform';
import type { ExecutionStatus, ExecutionTrigger } from './execution.ts';

/** One row of the executions list. Times are milliseconds since the Unix epoch. */
export interface ExecutionSummary {
  /** UUIDv7, so ids order by creation. */
  readonly id: string;
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  readonly workflowName: string;
  readonly status: ExecutionStatus;
  readonly trigger: ExecutionTrigger['kind'];
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly errorCode: string | null;
}

export interface ExecutionQuery {
  readonly workflowId?: string;
  readonly status?: ExecutionStatus;
  /** Inclusive, by creation. */
  readonly from?: number;
  /** Exclusive, by creation. */
  readonly to?: number;
  /** @default 50 @limit 200 */
  readonly limit?: number;
  /** The id after which to go on; newest first. */
  readonly after?: string;
}

/** Port: the searchable list of executions, written in the commit of the events it reflects. */
export interface ExecutionIndex {
  readonly backend: string;
  put(summary: ExecutionSummary): AtomicWrite;
  remove(ids: readonly string[]): AtomicWrite;
  get(id: string): Promise<ExecutionSummary | undefined>;
  /** Newest first. */
  list(query: ExecutionQuery): Promise<{ readonly items: readonly ExecutionSummary[]; readonly next?: string }>;
  /** Ids of executions that are not terminal, oldest first; recovery reads them page by page. */
  open(options: { readonly after?: string; readonly limit: number }): Promise<readonly string[]>;
  /** Ids of ended executions, oldest first, for retention: finished before `before`, or beyond the newest `keep`. */
  expired(options: {
    readonly before?: number;
    readonly keep?: number;
    readonly limit: number;
  }): Promise<readonly string[]>;
  /** Open executions of one workflow. */
  countOpen(workflowId?: string): Promise<number>;
}
