import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { BlobReference, ExecutionStatus, ExecutionTrigger, StepStatus } from './execution.ts';
import type { IterationRows, StoredValue } from './execution-event.ts';
import type { EdgePlan, GraphPlan, NodePlan, WorkflowPlan } from './plan.ts';

/**
 * The fold's state of one execution. Private to one owner and changed in place, because a step costs microseconds:
 *
 * I1 Only `evolve` and the functions it calls change it, with one exception: `claim` marks a ready step as running,
 *    which no event records. Everything else is a function of the events alone.
 * I2 The same events give the same state, whoever folds them and when.
 */
export interface ExecutionState {
  readonly id: string;
  readonly plan: WorkflowPlan;
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  readonly trigger: ExecutionTrigger;
  readonly input: StoredValue;
  readonly seed: number;
  readonly depth: number;
  /** Milliseconds since the Unix epoch; event times count from here. */
  readonly createdAt: number;
  readonly carried: Readonly<Record<string, { readonly data: StoredValue; readonly port: string | null }>>;
  startedAt: number | null;
  finishedAt: number | null;
  queued: boolean;
  /** Why the execution stops before its graph is done; the first reason wins. */
  ending: Ending | null;
  /** Terminal status once its event is folded. */
  final: ExecutionStatus | null;
  output: StoredValue;
  error: ErrorDetail | null;
  readonly root: GraphState;
  /** Steps that need attention since {@link nextCommands} was last asked: ready ones, loops to go on or to finish. */
  work: StepState[];
  /** Steps that are ready, running, waiting or in doubt. */
  readonly active: Set<StepState>;
  /** Succeeded steps whose block can undo, in the order they finished. */
  readonly undoable: StepState[];
  readonly variables: Map<string, { readonly value: StoredValue; readonly expiresAt: number | null }>;
  order: number;
}

export type Ending =
  | { readonly status: 'failed'; readonly error: ErrorDetail; readonly node: string }
  | { readonly status: 'cancelled' | 'timed_out' };

/** One run of a graph: the top level, or one iteration of a loop. */
export interface GraphState {
  readonly plan: GraphPlan;
  readonly steps: readonly StepState[];
  /** The loop step and index this is an iteration of. */
  readonly loop: StepState | null;
  readonly iteration: readonly number[];
  /** Steps not yet settled. */
  open: number;
  /** The error that ends this iteration; at the top level `ending` says it. */
  failure: { readonly error: ErrorDetail; readonly node: string } | null;
}

/** One step. Mutable; see {@link ExecutionState}. */
export interface StepState {
  readonly node: NodePlan;
  readonly graph: GraphState;
  status: StepStatus;
  attempts: number;
  data: StoredValue;
  port: string | null;
  error: ErrorDetail | null;
  startedAt: number | null;
  finishedAt: number | null;
  /** Incoming edges that neither delivered nor died. */
  undecided: number;
  /** Incoming edges that delivered before the step became ready. */
  live: readonly EdgePlan[];
  /** Order of readiness, from 1; 0 while pending. */
  order: number;
  /** An external call whose intent is durable and whose outcome is not. */
  intent: boolean;
  /** The step's call is to be killed; its outcome still counts. */
  killed: boolean;
  /** Handled by `continue` or `fallback`: counts for the output like a success. */
  handled: boolean;
  /** When a waiting step goes on. */
  until: number | null;
  child: string | null;
  progress: LoopProgress | null;
}

/** Where a loop stands. */
export interface LoopProgress {
  readonly count: number;
  readonly items: StoredValue | undefined;
  /** Iterations below this were begun. */
  cursor: number;
  /** Iterations that run as ordinary steps. */
  readonly active: Map<number, GraphState>;
  /** Results of finished iterations that ran as ordinary steps, by index. */
  readonly results: Map<number, IterationResult>;
  /** Finished runs of tight iterations. */
  readonly chunks: { readonly from: number; readonly to: number; readonly steps: IterationRows | BlobReference }[];
  failure: { readonly index: number; readonly error: ErrorDetail } | null;
}

/** What an iteration or the top level gives: the sinks that succeeded, or the error of a collected failure. */
export type IterationResult =
  | { readonly sinks: readonly (readonly [node: string, data: StoredValue])[] }
  | { readonly error: ErrorDetail };

const noEdges: readonly EdgePlan[] = [];
/** The iteration path of the top level. */
export const topLevel: readonly number[] = Object.freeze([]);

/** A graph none of whose steps was reached yet. */
export function newGraphState(plan: GraphPlan, loop: StepState | null, iteration: readonly number[]): GraphState {
  const steps: StepState[] = [];
  const graph: GraphState = { plan, steps, loop, iteration, open: plan.nodes.length, failure: null };
  for (const node of plan.nodes) {
    steps.push({
      node,
      graph,
      status: 'pending',
      attempts: 0,
      data: null,
      port: null,
      error: null,
      startedAt: null,
      finishedAt: null,
      undecided: node.in.length,
      live: noEdges,
      order: 0,
      intent: false,
      killed: false,
      handled: false,
      until: null,
      child: null,
      progress: null,
    });
  }
  return graph;
}

/** The state of iteration `index` of a loop step. */
export function graphStateOf(body: GraphPlan, loop: StepState, index: number): GraphState {
  return newGraphState(body, loop, [...loop.graph.iteration, index]);
}

const settledStatuses: ReadonlySet<StepStatus> = new Set([
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'compensated',
]);

/** True when the step will not change by running. A step in doubt is not settled. */
export function isSettled(step: StepState): boolean {
  return settledStatuses.has(step.status);
}

/** True for a value kept as a blob. */
export function isBlob(value: StoredValue | undefined): value is BlobReference {
  return typeof value === 'object' && value !== null && '$blob' in value;
}

/** What the expression root `$node` shows of a step. */
export interface NodeResult {
  readonly data: JsonValue;
  readonly port: string | null;
  readonly error: ErrorDetail | null;
  readonly attempts: number;
}
