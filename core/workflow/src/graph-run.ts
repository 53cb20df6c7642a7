import type { ErrorDetail } from '@conv3n/platform';
import { workflowErrors } from './errors.ts';
import type { StoredValue } from './execution-event.ts';
import { type GraphState, type IterationResult, isSettled, type StepState } from './execution-state.ts';
import { defaultPort } from './workflow-file.ts';

/**
 * How tokens move through one graph: readiness, joins, dead paths, what a failure does. Knows no events, so that the fold and the
 * tight loop run the very same rules.
 */
export interface GraphObserver {
  /** The step may run now. */
  ready(step: StepState): void;
  /** The step will never run or has ended. */
  settled(step: StepState): void;
  /** A step failed and `onError` is `stop`. */
  failed(step: StepState, error: ErrorDetail): void;
  /** The step was given up without an outcome: another branch won, or the graph stops. */
  abandoned(step: StepState): void;
}

/** Ports of a failure: with an edge the path goes on there, without one `onError` decides. */
const failurePorts: ReadonlySet<string> = new Set(['client_error', 'server_error', 'error']);

/** Starts the graph: all start nodes, or only the trigger node that fired. */
export function startGraph(graph: GraphState, observer: GraphObserver, only?: string): void {
  for (const index of graph.plan.starts) {
    const step = graph.steps[index] as StepState;
    if (only === undefined || step.node.id === only) observer.ready(step);
    else skip(step, observer);
  }
}

/** The step ended well on a port. */
export function succeed(step: StepState, data: StoredValue, port: string, observer: GraphObserver): void {
  if (failurePorts.has(port) && !hasEdge(step, port)) {
    const error = workflowErrors.error(
      'unhandled_port',
      `Node ${step.node.id} ended on its port ${port}, which no edge leaves. Connect the port, or set onError.`,
    );
    fail(step, error.toDetail(), data, port, observer);
    return;
  }
  step.status = 'succeeded';
  step.data = data;
  step.port = port;
  step.error = null;
  settle(step, observer);
}

/** The step failed for good. */
export function fail(
  step: StepState,
  error: ErrorDetail,
  data: StoredValue | undefined,
  port: string | undefined,
  observer: GraphObserver,
): void {
  const failurePort = port ?? 'error';
  const { onError } = step.node;
  step.status = 'failed';
  step.error = error;
  step.data = data ?? null;
  if (hasEdge(step, failurePort)) {
    step.port = failurePort;
  } else if (onError.kind === 'continue') {
    step.data = null;
    step.port = defaultPort;
    step.handled = true;
  } else if (onError.kind === 'fallback') {
    step.data = onError.value;
    step.port = defaultPort;
    step.handled = true;
  } else if (onError.kind === 'port') {
    step.port = 'error';
  } else {
    step.port = failurePort;
    step.graph.open -= 1;
    observer.settled(step);
    observer.failed(step, error);
    return;
  }
  settle(step, observer);
}

/** The step and everything only it leads to will not run. */
export function skip(step: StepState, observer: GraphObserver): void {
  step.status = 'skipped';
  step.data = null;
  step.port = null;
  step.error = null;
  step.attempts = 0;
  settle(step, observer);
}

/** Gives a step up without an outcome, unless its call may have had an effect: then the call is to be killed. */
export function abandon(step: StepState, observer: GraphObserver): void {
  if (isSettled(step) || step.status === 'in_doubt') return;
  if (step.intent) {
    step.killed = true;
    return;
  }
  step.status = 'cancelled';
  step.port = null;
  step.graph.open -= 1;
  observer.abandoned(step);
}

/** Gives up every step of the graph. */
export function abandonGraph(graph: GraphState, observer: GraphObserver): void {
  for (const step of graph.steps) abandon(step, observer);
}

function settle(step: StepState, observer: GraphObserver): void {
  step.graph.open -= 1;
  observer.settled(step);
  const { out } = step.node;
  for (let index = 0; index < out.length; index += 1) {
    const edge = out[index] as (typeof out)[number];
    arrive(step.graph.steps[edge.target] as StepState, edge.port === step.port, edge, observer);
  }
}

function arrive(target: StepState, delivered: boolean, edge: StepState['live'][number], observer: GraphObserver): void {
  target.undecided -= 1;
  if (target.status !== 'pending') return;
  if (delivered) target.live = target.live.length === 0 ? [edge] : [...target.live, edge];
  if (target.node.join === 'all' ? target.undecided > 0 : target.live.length === 0 && target.undecided > 0) return;
  if (target.live.length === 0) {
    skip(target, observer);
    return;
  }
  observer.ready(target);
  if (target.node.join !== 'first') return;
  for (const index of target.node.exclusive) {
    const other = target.graph.steps[index] as StepState;
    if (isSettled(other)) continue;
    abandon(other, observer);
  }
}

function hasEdge(step: StepState, port: string): boolean {
  for (const edge of step.node.out) if (edge.port === port) return true;
  return false;
}

/** The data of the succeeded nodes without outgoing edges. */
export function graphResult(graph: GraphState): IterationResult {
  const sinks: (readonly [string, StoredValue])[] = [];
  for (const index of graph.plan.sinks) {
    const step = graph.steps[index] as StepState;
    if (step.status === 'succeeded' || step.status === 'compensated' || step.handled)
      sinks.push([step.node.id, step.data]);
  }
  return { sinks };
}
