import type { ErrorDetail, JsonValue } from '@conv3n/platform';

export type ExecutionStatus =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'in_doubt'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'timed_out';

export type StepStatus =
  | 'pending'
  | 'ready'
  | 'running'
  | 'waiting'
  | 'in_doubt'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'compensated';

const terminal: ReadonlySet<ExecutionStatus> = new Set(['succeeded', 'failed', 'cancelled', 'timed_out']);

/** True when nothing more will happen in the execution. */
export function isTerminal(status: ExecutionStatus): boolean {
  return terminal.has(status);
}

/** What started an execution. */
export interface ExecutionTrigger {
  readonly kind: 'api' | 'cli' | 'webhook' | 'cron' | 'interval' | 'workflow' | 'retry';
  /** The trigger node that fired; absent when all start nodes start. */
  readonly node?: string;
  readonly triggerId?: string;
  /** The execution this one repeats or was called by. */
  readonly parentExecutionId?: string;
}

/** A big value kept outside the stream; `bytes` is its JSON size. */
export interface BlobReference {
  readonly $blob: string;
  readonly bytes: number;
}

/** A step as its readers see it. Times are milliseconds since the Unix epoch. */
export interface StepView {
  readonly node: string;
  readonly type: string;
  readonly status: StepStatus;
  readonly attempts: number;
  /** Indexes of the enclosing loops' iterations, outermost first; empty at the top level. */
  readonly iteration: readonly number[];
  readonly data: JsonValue;
  readonly port: string | null;
  readonly error: ErrorDetail | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** An execution as its readers see it; `steps` are those of the top level, in order of readiness. */
export interface ExecutionView {
  readonly id: string;
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  readonly workflowName: string;
  readonly status: ExecutionStatus;
  readonly trigger: ExecutionTrigger;
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: ErrorDetail | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly steps: readonly StepView[];
}
