import type { CallContext, JsonValue, Platform } from '@conv3n/platform';
import type { EventStore } from '@conv3n/potter';
import type { ExecutionIndex, ExecutionView, VariableStore } from '@conv3n/workflow';
import type { BlockSource } from './block-source.ts';
import type { ExecutorLimits } from './options.ts';
import type { TimerHeap } from './timer-heap.ts';
import type { ValueStore } from './value-store.ts';

/** What every execution shares: the stores, the timers, and the executor behind them. */
export interface Host {
  readonly platform: Platform;
  readonly store: EventStore;
  readonly index: ExecutionIndex;
  readonly variables: VariableStore;
  readonly values: ValueStore;
  readonly blocks: BlockSource;
  readonly limits: ExecutorLimits;
  readonly env: Readonly<Record<string, string>>;
  /** Attempt timeouts, on the monotonic clock. */
  readonly deadlines: TimerHeap;
  /** Moments in wall time: waits, retries, workflow timeouts. */
  readonly alarms: TimerHeap;
  /** Context of calls made for executions. */
  readonly context: CallContext;
  /** True while the server stops: nothing new begins. */
  draining(): boolean;
  /** New events of the execution were committed. */
  committed(executionId: string): void;
  /** The execution waits, goes on or ended: admission may change. */
  changed(executionId: string): void;
  /** Starts or finds the child and answers its final view. The signal gives up waiting, not the child. */
  child(request: ChildRequest, signal: AbortSignal): Promise<ExecutionView>;
  cancelChild(executionId: string, by: string): void;
}

export interface ChildRequest {
  readonly id: string;
  readonly parentId: string;
  readonly depth: number;
  readonly workflowId: string;
  readonly version?: number;
  readonly input: JsonValue;
}

/** The name of an execution's event stream. */
export function streamOf(executionId: string): string {
  return `execution-${executionId}`;
}
