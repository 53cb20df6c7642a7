import type { JsonObject, JsonValue } from '@conv3n/platform';
import type { RecordedEvent } from '@conv3n/potter';
import type { ExecutionTrigger, ExecutionView, StepView, WorkflowFile } from '@conv3n/workflow';
import type { Decision } from './decision.ts';
import type { StepPage, StepQuery } from './step-history.ts';

/** What to run: a saved version (the published one without `version`), or an unsaved definition. */
export interface StartRequest {
  /** An id chosen before, so that a repeat starts nothing new. @default a new one */
  readonly id?: string;
  readonly workflowId?: string;
  readonly version?: number;
  readonly definition?: WorkflowFile;
  /** @default null */
  readonly input?: JsonValue;
  /** @default {kind: 'api'} */
  readonly trigger?: ExecutionTrigger;
}

/** An execution that began. */
export interface StartedExecution {
  readonly id: string;
  /** Resolves with the commit that holds the start. @throws what the store throws */
  accepted(): Promise<void>;
  /** Resolves when the execution ended or is in doubt, both durably. @throws the signal's reason */
  settled(signal?: AbortSignal): Promise<ExecutionView>;
}

/** What {@link Executor.runAndWait} answers: `settled` is false when the wait ended before the execution. */
export interface WaitedExecution {
  readonly settled: boolean;
  readonly execution: ExecutionView;
}

export interface ExecutorStats {
  readonly open: number;
  /** Of the open ones, those that only wait and are out of memory. */
  readonly sleeping: number;
  readonly running: number;
  readonly queued: number;
  readonly calls: number;
  readonly timers: number;
}

/** Runs executions durably. One executor owns the executions of one event store. */
export interface Executor {
  /** @throws Conv3nError `execution_exists`, `too_many_executions`, `executor_draining`, `input_too_large`, `input_not_json`, or the definition source's */
  start(request: StartRequest): Promise<StartedExecution>;
  /** The file the execution runs. @throws Conv3nError `execution_not_found` */
  definition(id: string): Promise<WorkflowFile>;
  /** Starts and waits at most `waitMs`; leaving (the signal) cancels nothing. */
  runAndWait(
    request: StartRequest,
    options: { readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<WaitedExecution>;
  /** Waits for an execution that may have been started before. */
  wait(id: string, options: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<WaitedExecution>;
  /** @throws Conv3nError `execution_not_found` */
  view(id: string): Promise<ExecutionView>;
  /** One step, with its input where it can be known. @throws Conv3nError `execution_not_found`, `step_not_found` */
  step(
    id: string,
    node: string,
    iteration?: readonly number[],
  ): Promise<StepView & { readonly input: JsonObject | null }>;
  /** The steps of a node in all its iterations, page by page. */
  steps(id: string, query: StepQuery): Promise<StepPage>;
  events(
    id: string,
    options?: { readonly afterVersion?: number; readonly limit?: number },
  ): Promise<readonly RecordedEvent[]>;
  /** Committed events from `afterVersion` on, live, until the execution ended or the signal aborts. */
  follow(
    id: string,
    options: { readonly afterVersion?: number; readonly signal: AbortSignal },
  ): AsyncIterable<RecordedEvent>;
  /** Resolves once the request is durable. @throws Conv3nError `execution_not_found`, `execution_ended` */
  cancel(id: string, by: string): Promise<void>;
  /** Resolves once the decision is durable. @throws Conv3nError `execution_not_found`, `step_not_found`, `step_not_in_doubt` */
  decide(id: string, decision: Decision): Promise<void>;
  /** Starts an ended execution anew with the same input; with `fromNode`, outcomes not behind it are taken over. */
  retry(id: string, fromNode?: string): Promise<StartedExecution>;
  /** Resumes every open execution; call it once, after blocks are registered. Answers how many. */
  recover(): Promise<number>;
  /** Stops: nothing new begins, running steps get `graceMs`, the rest resumes at the next start. */
  drain(graceMs: number): Promise<void>;
  stats(): ExecutorStats;
}
